/** Leads a chat that is never stored, outside React: one answer at a time, shown at a readable pace. */
import { ApiError, sentenceOf } from "@/api/problem";
import { randomId } from "@/config/random-id";
import type { LiveMessage } from "@/realtime/conversation-state";
import type { ErrorNote } from "@/realtime/frames";
import { streamCompletion } from "../api/completion";
import { messagesToSend, reduceTemporary, sentMessage, type TemporaryEvent } from "./temporary-chat";

// As a conversation that is stored.
const DRAW_EVERY_MS = 40;

export class TemporarySession {
  private messages: LiveMessage[] = [];
  private shown = this.messages;
  private readonly watchers = new Set<() => void>();
  private running: { answerKey: string; control: AbortController } | null = null;
  private drawTimer: ReturnType<typeof setTimeout> | null = null;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly getMessages = (): LiveMessage[] => this.shown;

  ask(content: string, model: string | null): void {
    this.stop();
    const answerKey = randomId();
    this.apply({ type: "ask", questionKey: randomId(), content, answerKey });
    void this.write(answerKey, model);
  }

  /** In place of the last answer, which failed. */
  askAgain(failedKey: string, model: string | null): void {
    this.stop();
    const answerKey = randomId();
    this.apply({ type: "ask-again", failedKey, answerKey });
    void this.write(answerKey, model);
  }

  /** What has come of the answer stays. */
  stop(): void {
    if (this.running === null) return;
    const { answerKey, control } = this.running;
    this.running = null;
    control.abort();
    this.apply({ type: "stop", answerKey });
  }

  private async write(answerKey: string, model: string | null): Promise<void> {
    const control = new AbortController();
    const run = { answerKey, control };
    this.running = run;
    try {
      const sent = messagesToSend(this.messages);
      const sentKeys = sent.map(({ key }) => key);
      const order = { messages: sent.map(sentMessage), model, signal: control.signal };
      for await (const { context, ...piece } of streamCompletion(order)) {
        if (context !== null) this.apply({ type: "read", answerKey, sentKeys, context });
        this.apply({ type: "piece", answerKey, ...piece });
      }
      this.apply({ type: "end", answerKey });
    } catch (error) {
      // What a stop makes fail has ended before, and stays as it is.
      this.apply({ type: "fail", answerKey, error: noteOf(error) });
    } finally {
      if (this.running === run) this.running = null;
    }
  }

  private apply(event: TemporaryEvent): void {
    this.messages = reduceTemporary(this.messages, event);
    if (event.type !== "piece") this.draw();
    else this.drawTimer ??= setTimeout(() => this.draw(), DRAW_EVERY_MS);
  }

  private draw(): void {
    if (this.drawTimer !== null) clearTimeout(this.drawTimer);
    this.drawTimer = null;
    this.shown = this.messages;
    this.watchers.forEach((watcher) => watcher());
  }
}

function noteOf(error: unknown): ErrorNote {
  return { code: error instanceof ApiError ? error.code : "page", message: sentenceOf(error), retryable: true };
}
