/** One conversation's WebSocket: the transport with the frames of chat-service. */
import { type ClientFrame, parseFrame, type ServerFrame } from "./frames";
import { LiveSocket, type SocketOptions } from "./live-socket";

export type ConversationSocketOptions = Omit<SocketOptions<ClientFrame, ServerFrame>, "parse" | "isReady" | "ping">;

export class ConversationSocket extends LiveSocket<ClientFrame, ServerFrame> {
  constructor(options: ConversationSocketOptions) {
    super({ ...options, parse: parseFrame, isReady: ({ type }) => type === "ready", ping: { type: "ping" } });
  }
}
