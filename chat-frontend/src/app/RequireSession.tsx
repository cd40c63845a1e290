/** Lets only signed-in people through; the others come back to the same place after signing in. */
import { Fragment, type ReactNode } from "react";
import { Navigate, useLocation } from "react-router-dom";
import type { Session } from "@/api/session";
import { useSession } from "@/api/use-session";
import { paths } from "@/config/paths";

export function RequireSession({ children }: { children: (session: Session) => ReactNode }) {
  const session = useSession();
  const location = useLocation();
  if (session === null) return <Navigate to={paths.signIn} replace state={{ from: location.pathname }} />;
  // What one person has open is not for the next one.
  return <Fragment key={session.userId}>{children(session)}</Fragment>;
}
