/** Puts the German catalog together. */
import { analytics } from "./analytics";
import { chat } from "./chat";
import { conversations } from "./conversations";
import { erasure } from "./erasure";
import { pages } from "./pages";
import { services } from "./services";
import { settings } from "./settings";
import { shared } from "./shared";
import { signIn } from "./sign-in";

/** A text is in one of them alone. */
export const areas: Record<string, string>[] = [shared, services, pages, signIn, chat, conversations, analytics, settings, erasure];

export const german: Record<string, string> = Object.assign({}, ...areas);
