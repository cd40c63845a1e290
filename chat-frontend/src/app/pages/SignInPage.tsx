/** Sign in; says so when a session has ended by itself. */
import { Alert, Anchor } from "@mantine/core";
import { Link, Navigate } from "react-router-dom";
import { hasSessionExpired } from "@/api/session";
import { useSession } from "@/api/use-session";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { SignInForm } from "@/features/auth/components/SignInForm";
import { useReturnAddress } from "../return-address";

export function SignInPage() {
  usePageTitle("Sign in");
  const session = useSession();
  const returnState = useReturnAddress();
  if (session !== null) return <Navigate to={returnState.from} replace />;
  const foot = (
    <>
      New here? <Anchor component={Link} to={paths.register} state={returnState} underline="always">Create an account</Anchor>
    </>
  );
  return (
    <AuthCard title="Sign in" lead="Welcome back. Your conversations are waiting." foot={foot}>
      {hasSessionExpired() && (
        <Alert color="convo" variant="light" mb="md" role="status">
          Your session has ended. Sign in again to go on where you were; what you wrote is kept.
        </Alert>
      )}
      <SignInForm />
    </AuthCard>
  );
}
