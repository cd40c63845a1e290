/** Owns one WebSocket of a service: opening, heartbeat, and at most five reconnects. Knows nothing of what frames say. */
import type { Renewal } from "@/api/session-renewal";

// The product promises five reconnects, 2 s × attempt apart (docs/websocket-protocol.md, "Reconnecting").
export const MAX_ATTEMPTS = 5;
export const DELAY_PER_ATTEMPT_MS = 2_000;
// A connection that lasted this long counts as good again; a flapping one uses its attempts up.
export const STABLE_AFTER_MS = 5_000;
export const READY_LIMIT_MS = 10_000;
// Below the usual 60 s after which proxies drop a silent connection.
export const PING_EVERY_MS = 25_000;
export const PONG_LIMIT_MS = 10_000;

const CREDENTIALS_REFUSED = 4401;
const IDLE = 4408;

/** The service's own refusals (44xx) stay refusals, except that an idle connection may come back. */
export const isFinal = (code: number | null) => code !== null && code >= 4400 && code <= 4499 && code !== IDLE;

export type Connection =
  | { phase: "connecting"; attempt: number }
  | { phase: "open" }
  | { phase: "closed"; attempt: number; retryAt: number }
  | { phase: "failed"; code: number | null };

export interface SocketOptions<Sent, Received> {
  url: string;
  /** The token of this moment; null when the person is not signed in any more. */
  accessToken: () => string | null;
  onConnection: (connection: Connection) => void;
  onFrame: (frame: Received) => void;
  /** The frame in what arrives; null for what this page does not know. */
  parse: (data: unknown) => Received | null;
  /** Whether the service says with this frame that the connection is good. */
  isReady: (frame: Received) => boolean;
  ping: Sent;
  /** Get another token in place of a refused one. */
  renewCredentials: (refusedToken: string) => Promise<Renewal>;
  /** A token that was renewed just now is refused, too. */
  onCredentialsRefused: (refusedToken: string) => void;
}

type Timer = ReturnType<typeof setTimeout>;

export class LiveSocket<Sent extends { type: string }, Received extends { type: string }> {
  private socket: WebSocket | null = null;
  private connection: Connection = { phase: "connecting", attempt: 0 };
  private attempt = 0;
  private timers = new Set<Timer>();
  private pongTimer: Timer | null = null;
  private token: string | null = null;
  /** Since the last `ready`: one renewal is worth another try, a second one is not. */
  private hasRenewed = false;
  private isOpen = false;

  constructor(private readonly options: SocketOptions<Sent, Received>) {}

  open(): void {
    this.isOpen = true;
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.probe);
    document.addEventListener("visibilitychange", this.onVisible);
    this.connect();
  }

  close(): void {
    this.isOpen = false;
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.probe);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.dropSocket();
  }

  /** Send a frame if there is a connection; what must not be lost is sent again after the next `ready`. */
  send(frame: Sent): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  /** Start over at once, with all attempts. */
  reconnect(): void {
    this.attempt = 0;
    this.connect();
  }

  private readonly onOnline = () => {
    if (this.connection.phase === "open") this.probe();
    else this.reconnect();
  };

  private readonly onVisible = () => {
    if (document.visibilityState === "visible" && this.connection.phase === "closed") this.connect();
  };

  /** Ask for a sign of life. Being offline need not mean that this service is out of reach: it may run on this computer. */
  private readonly probe = () => {
    if (this.connection.phase !== "open" || this.pongTimer !== null) return;
    this.send(this.options.ping);
    this.pongTimer = this.after(PONG_LIMIT_MS, () => this.onLost(null));
  };

  private connect(): void {
    this.dropSocket();
    this.token = this.options.accessToken();
    if (this.token === null) return this.report({ phase: "failed", code: CREDENTIALS_REFUSED });
    this.report({ phase: "connecting", attempt: this.attempt });
    // The token travels as a subprotocol, because addresses end up in logs.
    const socket = new WebSocket(this.options.url, ["convoai", `bearer.${this.token}`]);
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.onData(data);
    socket.onclose = ({ code }) => this.onLost(code);
    this.socket = socket;
    this.after(READY_LIMIT_MS, () => {
      if (this.connection.phase === "connecting") this.onLost(null);
    });
  }

  private onData(data: unknown): void {
    const frame = this.options.parse(data);
    if (frame === null) return;
    if (this.connection.phase !== "open" && this.options.isReady(frame)) this.onReady();
    if (frame.type === "pong") this.onPong();
    this.options.onFrame(frame);
  }

  private onReady(): void {
    this.hasRenewed = false;
    this.report({ phase: "open" });
    this.after(STABLE_AFTER_MS, () => {
      this.attempt = 0;
    });
    this.after(PING_EVERY_MS, this.probe);
  }

  private onPong(): void {
    if (this.pongTimer !== null) this.cancel(this.pongTimer);
    this.pongTimer = null;
    this.after(PING_EVERY_MS, this.probe);
  }

  private onLost(code: number | null): void {
    this.dropSocket();
    if (code === CREDENTIALS_REFUSED && this.token !== null) return void this.onRefused(this.token);
    if (isFinal(code) || this.attempt >= MAX_ATTEMPTS) return this.report({ phase: "failed", code });
    this.attempt += 1;
    const delay = DELAY_PER_ATTEMPT_MS * this.attempt;
    this.report({ phase: "closed", attempt: this.attempt, retryAt: Date.now() + delay });
    this.after(delay, () => this.connect());
  }

  private async onRefused(token: string): Promise<void> {
    if (this.hasRenewed) {
      this.report({ phase: "failed", code: CREDENTIALS_REFUSED });
      return this.options.onCredentialsRefused(token);
    }
    this.report({ phase: "connecting", attempt: this.attempt });
    const renewal = await this.options.renewCredentials(token);
    if (!this.isOpen || this.socket !== null) return;
    if (renewal === "unanswered") return this.onLost(null);
    this.hasRenewed = true;
    if (renewal === "renewed") this.connect();
    else this.report({ phase: "failed", code: CREDENTIALS_REFUSED });
  }

  private report(connection: Connection): void {
    this.connection = connection;
    this.options.onConnection(connection);
  }

  /** Let go of the socket and of every timer that belongs to it. A dead one may take minutes to say that it closed. */
  private dropSocket(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
    this.pongTimer = null;
    if (this.socket === null) return;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  private after(delayMs: number, act: () => void): Timer {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, delayMs);
    this.timers.add(timer);
    return timer;
  }

  private cancel(timer: Timer): void {
    clearTimeout(timer);
    this.timers.delete(timer);
  }
}
