/** Create an account; the new person is signed in at once. */
import { Anchor } from "@mantine/core";
import { Link, Navigate } from "react-router-dom";
import { useSession } from "@/api/use-session";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { RegisterForm } from "@/features/auth/components/RegisterForm";
import { RegistrationGate } from "@/features/auth/components/RegistrationGate";
import { useReturnAddress } from "../return-address";

export function RegisterPage() {
  usePageTitle("Create an account");
  const session = useSession();
  const returnState = useReturnAddress();
  if (session !== null) return <Navigate to={returnState.from} replace />;
  const foot = (
    <>
      Have an account? <Anchor component={Link} to={paths.signIn} state={returnState} underline="always">Sign in</Anchor>
    </>
  );
  return (
    <AuthCard title="Create an account" lead="It takes a minute, and everything stays on this server." foot={foot}>
      <RegistrationGate>{(invitation) => <RegisterForm invitation={invitation} />}</RegistrationGate>
    </AuthCard>
  );
}
