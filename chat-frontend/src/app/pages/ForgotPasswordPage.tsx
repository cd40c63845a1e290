/** For whoever forgot their password. */
import { Anchor } from "@mantine/core";
import { Link } from "react-router-dom";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { ForgotPasswordForm } from "@/features/auth/components/ForgotPasswordForm";

export function ForgotPasswordPage() {
  usePageTitle("Forgot your password?");
  const foot = <Anchor component={Link} to={paths.signIn} underline="always">Back to sign in</Anchor>;
  return (
    <AuthCard title="Forgot your password?" lead="A link lets you choose a new one. It holds for a short time and can be used once." foot={foot}>
      <ForgotPasswordForm />
    </AuthCard>
  );
}
