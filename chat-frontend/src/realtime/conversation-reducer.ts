/** The one pure reducer for history, live frames and replay: every text arrives once, in order, whichever way it comes. */
import { before, upTo } from "./branches";
import {
  beginAnswer,
  branchFrameOf,
  type ConversationEvent,
  type ConversationState,
  fromHistory,
  type LiveMessage,
  messageFrameOf,
  type PendingBranch,
  type Step,
} from "./conversation-state";
import { mergeHistory } from "./history-merge";
import type { ClientFrame, MessageFrame, ReasoningFrame, ServerFrame, StartFrame } from "./frames";
import { withReasoning } from "./reasoning";

const keep = (state: ConversationState): Step => ({ state, send: [] });

export function reduceConversation(state: ConversationState, event: ConversationEvent): Step {
  switch (event.type) {
    case "history":
      return followStreaming({ ...state, messages: mergeHistory(state.messages, event.messages) });
    case "other-branch":
      return followStreaming({ ...state, messages: [...event.messages.map(fromHistory), ...state.messages.filter(({ id }) => id === null)] });
    case "branch":
      return askForBranch(state, event);
    case "connecting":
      return keep(forgetConnection(state));
    case "frame":
      return reduceFrame(state, event.frame);
    case "send":
      return sendMessage(state, event);
    case "resend":
      return resendMessage(state, event.clientId);
    case "discard":
      return keep({ ...state, messages: state.messages.filter((message) => message.clientId !== event.clientId) });
    case "dismiss-notice":
      return keep({ ...state, notice: null });
  }
}

function reduceFrame(state: ConversationState, frame: ServerFrame): Step {
  switch (frame.type) {
    case "ready":
      return becomeReady(state, frame.active);
    case "ack":
      return keep(acknowledge(state, frame));
    case "start":
      return keep(startAnswer(state, frame));
    case "delta":
      return appendDelta(state, frame);
    case "reasoning":
      return appendReasoning(state, frame);
    case "message":
      return keep(frame.role === "user" ? takeUserMessage(state, frame) : finishAnswer(state, frame));
    case "branch": // the session reads the history anew
      return keep(state);
    case "feedback":
      return keep(update(state, frame.message_id, (message) => ({ ...message, feedback: frame.feedback })));
    case "title":
      return keep({ ...state, title: frame.title });
    case "error":
      return keep(takeError(state, frame));
    case "pong":
      return keep(state);
  }
}

/** A message that is acknowledged needs no answer from this connection any more: `ready` will name what is being written. */
function forgetConnection(state: ConversationState): ConversationState {
  const isUnsent = state.messages.some(({ clientId, status }) => clientId === state.awaitingReplyTo && status === "sending");
  return { ...state, isReady: false, following: {}, awaitingReplyTo: isUnsent ? state.awaitingReplyTo : null };
}

function becomeReady(state: ConversationState, active: { message_id: string }[]): Step {
  const unknown = active.filter(({ message_id }) => !state.messages.some(({ id }) => id === message_id));
  const messages = insertStored(state.messages, ...unknown.map(({ message_id }) => beginAnswer(message_id)));
  const step = followStreaming({ ...state, messages, isReady: true, notice: null });
  const unacknowledged = messages.filter(({ status }) => status === "sending");
  const asked = state.pendingBranch === null ? [] : [branchFrameOf(state.pendingBranch)];
  return { state: step.state, send: [...step.send, ...unacknowledged.flatMap(messageFrameOf), ...asked] };
}

/** Ask for the rest of every unfinished answer this connection does not deliver yet. A finished one gives its end. */
function followStreaming(state: ConversationState): Step {
  if (!state.isReady) return keep(state);
  const missing = state.messages.flatMap((message) =>
    message.id !== null && message.status === "streaming" && state.following[message.id] === undefined ? [{ ...message, id: message.id }] : [],
  );
  if (missing.length === 0) return keep(state);
  const following = { ...state.following, ...Object.fromEntries(missing.map(({ id, seq }) => [id, seq])) };
  return { state: { ...state, following }, send: missing.map((message) => resumeFrame(message.id, message)) };
}

function appendDelta(state: ConversationState, delta: { message_id: string; seq: number; content: string }): Step {
  const known = state.messages.find(({ id }) => id === delta.message_id);
  if (known === undefined) {
    const messages = insertStored(state.messages, beginAnswer(delta.message_id));
    return appendDelta({ ...state, messages }, delta);
  }
  if (known.status !== "streaming" || delta.seq <= known.seq) return keep(state);
  if (delta.seq > known.seq + 1) return askForGap(state, known, delta.message_id, known.seq);
  return keep(
    update(state, delta.message_id, (message) => ({ ...message, content: message.content + delta.content, seq: delta.seq })),
  );
}

function appendReasoning(state: ConversationState, frame: ReasoningFrame): Step {
  const known = state.messages.find(({ id }) => id === frame.message_id);
  if (known === undefined) {
    const messages = insertStored(state.messages, beginAnswer(frame.message_id));
    return appendReasoning({ ...state, messages }, frame);
  }
  const added = withReasoning(known, frame);
  if (added === null) return askForGap(state, known, `${frame.message_id} thoughts`, known.reasoning?.end ?? 0);
  return added === known ? keep(state) : keep(update(state, frame.message_id, () => added));
}

/** Frames that were already under way show the same gap again, so it is asked for once; `place` is what has the gap. */
function askForGap(state: ConversationState, message: LiveMessage, place: string, after: number): Step {
  if (message.id === null || state.following[place] === after) return keep(state);
  const following = { ...state.following, [place]: after };
  return { state: { ...state, following }, send: [resumeFrame(message.id, message)] };
}

function resumeFrame(id: string, { seq, reasoning }: LiveMessage): ClientFrame {
  return { type: "resume", message_id: id, after: seq, ...(reasoning === null ? {} : { reasoning_after: reasoning.end }) };
}

function startAnswer(state: ConversationState, frame: StartFrame): ConversationState {
  const messages = withAnswer(state.messages, frame);
  const following = { ...state.following, [frame.message_id]: state.following[frame.message_id] ?? -1 };
  const pendingBranch = state.pendingBranch?.clientId === frame.client_id ? null : state.pendingBranch;
  return update({ ...state, messages, following, pendingBranch, awaitingReplyTo: null }, frame.message_id, (message) => ({
    ...message,
    inReplyTo: frame.in_reply_to ?? message.inReplyTo,
    parentId: frame.in_reply_to ?? message.parentId,
    model: frame.model ?? message.model,
    context: frame.context ?? message.context,
  }));
}

/** An answer that is new here takes the place of what stood behind its question. */
function withAnswer(messages: LiveMessage[], frame: StartFrame): LiveMessage[] {
  if (messages.some(({ id }) => id === frame.message_id)) return messages;
  const siblingIds = frame.sibling_ids ?? [frame.message_id];
  const answer = { ...beginAnswer(frame.message_id), siblingIds, content: frame.content ?? "", seq: frame.seq ?? 0 };
  return insertStored(upTo(messages, frame.in_reply_to ?? undefined), answer);
}

function finishAnswer(state: ConversationState, frame: MessageFrame): ConversationState {
  const begun = startAnswer(state, {
    type: "start",
    message_id: frame.message_id,
    in_reply_to: frame.in_reply_to ?? null,
    model: frame.model ?? null,
    client_id: frame.client_id ?? null,
    ...(frame.sibling_ids === undefined ? {} : { sibling_ids: frame.sibling_ids }),
  });
  return update(begun, frame.message_id, (message) => ({
    ...message,
    content: frame.content,
    status: frame.status ?? "complete",
    seq: frame.seq ?? message.seq,
    usage: frame.usage ?? null,
    cost: frame.cost ?? null,
    siblingIds: frame.sibling_ids ?? message.siblingIds,
    finishReason: frame.finish_reason ?? null,
    timestamp: frame.timestamp,
    error: frame.error ?? message.error,
    context: frame.context ?? message.context,
    reasoning: frame.reasoning ?? message.reasoning,
  }));
}

function acknowledge(state: ConversationState, ack: { client_id: string; message_id: string; timestamp: string }): ConversationState {
  const messages = state.messages.map((message): LiveMessage => {
    if (message.clientId !== ack.client_id) return message;
    return { ...message, id: ack.message_id, timestamp: ack.timestamp, status: "complete", error: null };
  });
  return takeOwnEdit({ ...state, messages }, ack);
}

/** An edited message of this page is stored: it takes the place of the old one and of what followed that. */
function takeOwnEdit(state: ConversationState, ack: { client_id: string; message_id: string; timestamp: string }): ConversationState {
  const asked = state.pendingBranch;
  if (asked?.kind !== "edit" || asked.clientId !== ack.client_id) return state;
  const old = state.messages.find(({ id }) => id === asked.messageId);
  const siblingIds = [...(old?.siblingIds ?? [asked.messageId]), ack.message_id];
  const edited: LiveMessage = {
    ...beginAnswer(ack.message_id),
    clientId: ack.client_id,
    role: "user",
    content: asked.content,
    status: "complete",
    timestamp: ack.timestamp,
    parentId: old?.parentId,
    siblingIds,
  };
  const messages = insertStored(before(state.messages, asked.messageId), edited);
  return { ...state, messages, pendingBranch: null, awaitingReplyTo: ack.client_id };
}

function askForBranch(state: ConversationState, { kind, clientId, messageId, content, at }: PendingBranch): Step {
  const pendingBranch = { kind, clientId, messageId, content, at };
  return { state: { ...state, pendingBranch, notice: null }, send: state.isReady ? [branchFrameOf(pendingBranch)] : [] };
}

/** A question of this or another tab; the own one is known by its client id. */
function takeUserMessage(state: ConversationState, frame: MessageFrame): ConversationState {
  const clientId = frame.client_id ?? null;
  const isOwn = (message: LiveMessage) =>
    message.id === frame.message_id || (clientId !== null && message.clientId === clientId);
  const stored: LiveMessage = {
    ...beginAnswer(frame.message_id),
    key: clientId ?? frame.message_id,
    clientId,
    role: "user",
    content: frame.content,
    status: "complete",
    timestamp: frame.timestamp,
    parentId: frame.parent_id,
    siblingIds: frame.sibling_ids ?? [frame.message_id],
  };
  if (!state.messages.some(isOwn)) return { ...state, messages: insertStored(upTo(state.messages, frame.parent_id), stored) };
  return { ...state, messages: state.messages.map((message) => (isOwn(message) ? { ...stored, key: message.key } : message)) };
}

function takeError(state: ConversationState, frame: Extract<ServerFrame, { type: "error" }>): ConversationState {
  const error = { code: frame.code, message: frame.message, retryable: frame.retryable };
  if (state.pendingBranch !== null && frame.client_id === state.pendingBranch.clientId) {
    return { ...state, pendingBranch: null, notice: error };
  }
  const answer = state.messages.find(({ id }) => id !== null && id === frame.message_id);
  if (answer?.id) return update(state, answer.id, (message) => ({ ...message, error }));
  const refused = refusedMessage(state, frame);
  if (refused === undefined) return { ...state, notice: error };
  const messages = state.messages.map((message): LiveMessage =>
    message === refused ? { ...message, status: "refused", error } : message,
  );
  return { ...state, messages, awaitingReplyTo: null };
}

// What the service says of a frame it could not take, when it could not read whose it was.
const FRAME_REFUSALS = ["bad_frame", "frame_too_large", "invalid_input", "busy"];

/** The own message an error speaks of: the one it names, else the oldest unacknowledged. Other errors are about the connection. */
function refusedMessage(state: ConversationState, frame: { code: string; client_id?: string | null }): LiveMessage | undefined {
  const unacknowledged = state.messages.filter(({ status }) => status === "sending");
  if (frame.client_id) return unacknowledged.find(({ clientId }) => clientId === frame.client_id);
  return state.isReady && FRAME_REFUSALS.includes(frame.code) ? unacknowledged[0] : undefined;
}

function sendMessage(state: ConversationState, event: Extract<ConversationEvent, { type: "send" }>): Step {
  const message: LiveMessage = {
    ...beginAnswer(event.clientId),
    id: null,
    clientId: event.clientId,
    role: "user",
    content: event.content,
    status: "sending",
    model: event.model,
    timestamp: event.at,
  };
  const next = { ...state, messages: [...state.messages, message], awaitingReplyTo: event.clientId, notice: null };
  return { state: next, send: state.isReady ? messageFrameOf(message) : [] };
}

function resendMessage(state: ConversationState, clientId: string): Step {
  const message = state.messages.find((one) => one.clientId === clientId && one.status === "refused");
  if (message === undefined) return keep(state);
  const sending: LiveMessage = { ...message, status: "sending", error: null };
  const messages = [...state.messages.filter((one) => one !== message), sending];
  return { state: { ...state, messages, awaitingReplyTo: clientId }, send: state.isReady ? messageFrameOf(sending) : [] };
}

/** Own messages that are not stored yet stay last. */
function insertStored(messages: LiveMessage[], ...added: LiveMessage[]): LiveMessage[] {
  const firstUnsent = messages.findIndex(({ id }) => id === null);
  return firstUnsent === -1 ? [...messages, ...added] : messages.toSpliced(firstUnsent, 0, ...added);
}

function update(state: ConversationState, id: string, change: (message: LiveMessage) => LiveMessage): ConversationState {
  return { ...state, messages: state.messages.map((message) => (message.id === id ? change(message) : message)) };
}
