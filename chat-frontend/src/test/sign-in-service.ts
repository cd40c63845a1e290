/** Plays the sign-in service for tests of sessions: one browser's cookie, rotation, and whatever can go wrong. */
import { addresses } from "@/config/env";
import { problem } from "./services";
import { tokenFor } from "./tokens";

export class SignInService {
  /** The session of the browser's cookie holds. */
  isSignedIn = true;
  /** What happens to the next calls instead of an answer; `lost` means that the service did its part. */
  mishaps: ("unreachable" | "lost" | Response)[] = [];
  username = "vera";
  expiresIn = 600;
  refreshes = 0;
  signOuts: (string | null)[] = [];
  calls: Request[] = [];
  private pause: Promise<void> = Promise.resolve();

  readonly fetch = async (request: Request): Promise<Response> => {
    this.calls.push(request);
    await this.pause;
    const mishap = this.mishaps.shift();
    if (mishap instanceof Response) return mishap;
    if (mishap === "unreachable") throw new TypeError("Failed to fetch");
    const answer = this.answer(request);
    if (mishap === "lost") throw new TypeError("Failed to fetch");
    return answer;
  };

  /** Let calls wait. Returns: what lets them go on. */
  hold(): () => void {
    let release: (() => void) | undefined;
    this.pause = new Promise((resolve) => {
      release = resolve;
    });
    return () => release?.();
  }

  private answer(request: Request): Response {
    if (request.url === `${addresses.auth}/auth/refresh`) return this.refresh();
    if (request.url === `${addresses.auth}/auth/logout`) return this.signOut(request);
    throw new Error(`No test foresaw ${request.url}`);
  }

  private refresh(): Response {
    if (!this.isSignedIn) return problem(401, "Sign in again.");
    this.refreshes += 1;
    return Response.json({ ...tokenFor(this.username, String(this.refreshes)), expires_in: this.expiresIn });
  }

  private signOut(request: Request): Response {
    this.signOuts.push(request.headers.get("Authorization"));
    if (!this.isSignedIn) return problem(401, "Sign in again.");
    this.isSignedIn = false;
    return Response.json({ message: "Signed out" });
  }
}
