/** For whoever forgot their password. */
import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { ForgotPasswordForm } from "@/features/auth/components/ForgotPasswordForm";

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  usePageTitle(t("Forgot your password?"));
  const foot = <Anchor component={Link} to={paths.signIn} underline="always">{t("Back to sign in")}</Anchor>;
  return (
    <AuthCard title={t("Forgot your password?")} foot={foot}
      lead={t("A link lets you choose a new one. It holds for a short time and can be used once.")}>
      <ForgotPasswordForm />
    </AuthCard>
  );
}
