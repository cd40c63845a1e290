/** What the layout hands to the pages inside it. */
import { useOutletContext } from "react-router-dom";
import type { Session } from "@/api/session";

export interface ChatContext {
  session: Session;
}

export const useChatContext = () => useOutletContext<ChatContext>();
