/** Sign in; says so when a session has ended by itself, or has not quite ended. */
import { Alert, Anchor } from "@mantine/core";
import { Link, Navigate } from "react-router-dom";
import type { Ending } from "@/api/session";
import { useSessionState } from "@/api/use-session";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { SignInForm } from "@/features/auth/components/SignInForm";
import { useIsPasswordNew, useReturnAddress } from "../return-address";

const sentences: Record<Ending, string | null> = {
  chosen: null,
  ended: "Your session has ended. Sign in again to go on where you were; what you wrote is kept.",
  untold:
    "You are signed out here, but the sign-in service could not be reached. Open this page again later: it then ends your session there, too.",
};

export function SignInPage() {
  usePageTitle("Sign in");
  const state = useSessionState();
  const returnState = useReturnAddress();
  const isPasswordNew = useIsPasswordNew();
  if (state.phase === "signed-in") return <Navigate to={returnState.from} replace />;
  const ending = state.phase === "signed-out" ? sentences[state.ending] : null;
  const sentence = isPasswordNew ? "Your password is changed. Sign in with the new one." : ending;
  const foot = (
    <>
      New here? <Anchor component={Link} to={paths.register} state={returnState} underline="always">Create an account</Anchor>
    </>
  );
  return (
    <AuthCard title="Sign in" lead="Welcome back. Your conversations are waiting." foot={foot}>
      {sentence !== null && <Alert color="convo" variant="light" mb="md" role="status">{sentence}</Alert>}
      <SignInForm />
      <Anchor component={Link} to={paths.forgotPassword} underline="always" display="block" ta="center" mt="md">Forgot your password?</Anchor>
    </AuthCard>
  );
}
