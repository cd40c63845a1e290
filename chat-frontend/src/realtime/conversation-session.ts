/** Puts one conversation together outside React: socket, reducer, history and outbox; tells its watchers at a readable pace. */
import type { Message } from "@/api/shapes";
import { randomId } from "@/config/random-id";
import { reduceConversation } from "./conversation-reducer";
import { ConversationSocket, type ConversationSocketOptions } from "./conversation-socket";
import { type ConversationEvent, type ConversationState, emptyConversation, type PendingBranch } from "./conversation-state";
import type { ServerFrame } from "./frames";
import { type Connection, isFinal } from "./live-socket";
import { readOutbox, unacknowledgedOf, writeOutbox } from "./outbox";

/** One drawing of the page per 40 ms keeps a fast answer readable and the page quick on slow machines. */
const DRAW_EVERY_MS = 40;

export interface SessionOptions {
  conversationId: string;
  username: string;
  socketAddress: string;
  /** One page of messages, oldest first: the newest, or the one at the cursor. */
  loadPage: (cursor: string | null) => Promise<HistoryPage>;
  credentials: Pick<ConversationSocketOptions, "accessToken" | "renewCredentials" | "onCredentialsRefused">;
}

export interface HistoryPage {
  messages: Message[];
  /** Where the messages before these are; null when there are none. */
  olderCursor: string | null;
}

export interface ConversationView {
  conversation: ConversationState;
  connection: Connection;
  history: { phase: "loading" } | { phase: "loaded"; olderCursor: string | null } | { phase: "failed"; error: unknown };
}

export const initialView: ConversationView = {
  conversation: emptyConversation,
  connection: { phase: "connecting", attempt: 0 },
  history: { phase: "loading" },
};

export class ConversationSession {
  private view = initialView;
  private shown = this.view;
  private readonly watchers = new Set<() => void>();
  private readonly socket: ConversationSocket;
  private drawTimer: ReturnType<typeof setTimeout> | null = null;
  private drawnAt = 0;
  private isClosed = false;

  constructor(private readonly options: SessionOptions) {
    const conversation = encodeURIComponent(options.conversationId);
    this.socket = new ConversationSocket({
      url: `${options.socketAddress}/ws/${conversation}?stream=true`,
      ...options.credentials,
      onConnection: (connection) => this.onConnection(connection),
      onFrame: (frame) => this.onFrame(frame),
    });
    this.restoreOutbox();
  }

  open(): void {
    this.isClosed = false;
    this.socket.open();
    void this.reloadHistory();
  }

  close(): void {
    this.isClosed = true;
    this.socket.close();
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly getView = (): ConversationView => this.shown;

  send(content: string, model: string | null): void {
    this.apply({ type: "send", clientId: randomId(), content, model, at: new Date().toISOString() });
    if (this.view.connection.phase === "failed") this.reconnect();
  }

  /** `content` is the new text of an edited message. */
  branch(kind: PendingBranch["kind"], messageId: string, content = ""): void {
    this.apply({ type: "branch", kind, clientId: randomId(), messageId, content, at: new Date().toISOString() });
    if (this.view.connection.phase === "failed") this.reconnect();
  }

  resend(clientId: string): void {
    this.apply({ type: "resend", clientId });
  }

  discard(clientId: string): void {
    this.apply({ type: "discard", clientId });
  }

  dismissNotice(): void {
    this.apply({ type: "dismiss-notice" });
  }

  /** What the person thinks of an answer now; other pages are told by the service. */
  showFeedback(messageId: string, feedback: Message["feedback"]): void {
    this.apply({ type: "frame", frame: { type: "feedback", message_id: messageId, feedback } });
  }

  stop(messageId: string): void {
    this.socket.send({ type: "stop", message_id: messageId });
  }

  reconnect(): void {
    this.socket.reconnect();
    void this.reloadHistory();
  }

  /** Connect again at once if there is no connection: what kept it away is over. */
  recover(): void {
    const { connection } = this.view;
    if (connection.phase === "closed" || (connection.phase === "failed" && !isFinal(connection.code))) this.reconnect();
  }

  async reloadHistory(): Promise<void> {
    try {
      const page = await this.loadMissing(null);
      const { history } = this.view;
      this.takePage(page.messages, history.phase === "loaded" ? history.olderCursor : page.olderCursor);
    } catch (error) {
      this.showHistoryFailure(error);
    }
  }

  /** Show the branch that the service shows now, from its end back to what one page holds. */
  async showOtherBranch(): Promise<void> {
    try {
      const page = await this.options.loadPage(null);
      if (this.isClosed) return;
      this.view = { ...this.view, history: { phase: "loaded", olderCursor: page.olderCursor } };
      this.apply({ type: "other-branch", messages: page.messages });
    } catch (error) {
      this.showHistoryFailure(error);
    }
  }

  /** Raises: ApiError, for the button that asked. */
  async loadOlder(): Promise<void> {
    const { history } = this.view;
    if (history.phase !== "loaded" || history.olderCursor === null) return;
    const page = await this.options.loadPage(history.olderCursor);
    this.takePage(page.messages, page.olderCursor);
  }

  /** The newest messages back to one that is already here, so that a long absence leaves no gap. */
  private async loadMissing(cursor: string | null): Promise<HistoryPage> {
    const page = await this.options.loadPage(cursor);
    const isFirstLoad = this.view.history.phase !== "loaded";
    if (isFirstLoad || page.olderCursor === null || page.messages.some(({ id }) => this.isKnown(id))) return page;
    const older = await this.loadMissing(page.olderCursor);
    return { messages: [...older.messages, ...page.messages], olderCursor: older.olderCursor };
  }

  private isKnown(messageId: string): boolean {
    return this.view.conversation.messages.some(({ id }) => id === messageId);
  }

  private takePage(messages: Message[], olderCursor: string | null): void {
    if (this.isClosed) return;
    this.view = { ...this.view, history: { phase: "loaded", olderCursor } };
    this.apply({ type: "history", messages });
  }

  /** A failed reload says nothing while older messages are on the page: the connection's own state tells the trouble. */
  private showHistoryFailure(error: unknown): void {
    if (this.isClosed || this.view.history.phase === "loaded") return;
    this.view = { ...this.view, history: { phase: "failed", error } };
    this.draw();
  }

  private restoreOutbox(): void {
    const { username, conversationId } = this.options;
    for (const entry of readOutbox(username, conversationId)) this.apply({ type: "send", ...entry });
  }

  private onConnection(connection: Connection): void {
    const wasOpen = this.view.connection.phase === "open";
    this.view = { ...this.view, connection };
    if (connection.phase !== "open") this.apply({ type: "connecting" });
    else if (!wasOpen) this.draw();
  }

  private onFrame(frame: ServerFrame): void {
    this.apply({ type: "frame", frame });
    // Questions and answers that came and went while this page was away are only in the history.
    if (frame.type === "branch") void this.showOtherBranch();
    if (frame.type === "ready" && this.view.history.phase !== "loading") void this.reloadHistory();
  }

  private apply(event: ConversationEvent): void {
    const before = this.view.conversation;
    const { state, send } = reduceConversation(before, event);
    this.view = { ...this.view, conversation: state };
    this.saveOutbox(before, state);
    send.forEach((frame) => this.socket.send(frame));
    const isPiece = event.type === "frame" && (event.frame.type === "delta" || event.frame.type === "reasoning");
    if (isPiece) this.drawSoon();
    else this.draw();
  }

  private saveOutbox(before: ConversationState, after: ConversationState): void {
    const entries = unacknowledgedOf(after.messages);
    if (entries.length === 0 && unacknowledgedOf(before.messages).length === 0) return;
    writeOutbox(this.options.username, this.options.conversationId, entries);
  }

  /** The first words show at once; those that follow within the pace are drawn together, by a timer: hidden tabs draw no frames. */
  private drawSoon(): void {
    if (this.drawTimer !== null) return;
    const wait = this.drawnAt + DRAW_EVERY_MS - Date.now();
    if (wait <= 0) this.draw();
    else this.drawTimer = setTimeout(() => this.draw(), wait);
  }

  private draw(): void {
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
    this.drawTimer = null;
    this.drawnAt = Date.now();
    this.shown = this.view;
    this.watchers.forEach((watcher) => watcher());
  }
}
