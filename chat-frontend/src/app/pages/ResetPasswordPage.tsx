/** Where the links for a new password lead. */
import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router-dom";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useLinkToken } from "@/components/use-link-token";
import { usePageTitle } from "@/components/use-page-title";
import { forgetLinkToken } from "@/config/link-token";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { ResetPasswordForm } from "@/features/auth/components/ResetPasswordForm";
import type { SignInState } from "../return-address";

export function ResetPasswordPage() {
  const { t } = useTranslation();
  usePageTitle(t("Choose a new password"));
  const [token] = useLinkToken("token");
  const navigate = useNavigate();
  const leave = () => {
    forgetLinkToken("token");
    const state: SignInState = { from: paths.home, isPasswordNew: true };
    void navigate(paths.signIn, { replace: true, state });
  };
  const foot = <Anchor component={Link} to={paths.forgotPassword} underline="always">{t("Ask for a new link")}</Anchor>;
  return (
    <AuthCard title={t("Choose a new password")} lead={t("Every device that is signed in to your account is then signed out.")} foot={foot}>
      {token === null ? (
        <ErrorNotice sentence={t("This page needs the whole link. Open it again from the mail, or ask for a new one.")} />
      ) : (
        <ResetPasswordForm key={token} token={token} onDone={leave} />
      )}
    </AuthCard>
  );
}
