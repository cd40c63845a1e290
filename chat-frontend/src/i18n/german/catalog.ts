/** Puts the German catalog together. */
import { admin } from "./admin";
import { alerts } from "./alerts";
import { analytics } from "./analytics";
import { audit } from "./audit";
import { chat } from "./chat";
import { conversations } from "./conversations";
import { delivery } from "./delivery";
import { erasure } from "./erasure";
import { factors } from "./factors";
import { feedback } from "./feedback";
import { imports } from "./imports";
import { insights } from "./insights";
import { labels } from "./labels";
import { money } from "./money";
import { pages } from "./pages";
import { palette } from "./palette";
import { personas } from "./personas";
import { services } from "./services";
import { settings } from "./settings";
import { shared } from "./shared";
import { sharing } from "./sharing";
import { signIn } from "./sign-in";
import { takingAlong } from "./taking-along";

/** A text is in one of them alone. */
export const areas: Record<string, string>[] = [
  shared, services, pages, palette, signIn, chat, feedback, conversations, takingAlong, analytics, insights, delivery, alerts, personas, settings, money, factors, erasure,
  admin, audit, imports, labels, sharing,
];

export const german: Record<string, string> = Object.assign({}, ...areas);
