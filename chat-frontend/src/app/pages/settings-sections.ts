/** The sections of the settings page, in their order; each loads its own code. */
import { lazy } from "react";
import type { PageSection } from "@/components/SectionedPage";
import { CircleUser, Coins, Database, Drama, KeyRound, Link, LockKeyhole, MonitorSmartphone, Palette, ShieldCheck } from "@/components/icons";
import { phrase } from "@/i18n/phrase";

const ProfileSection = lazy(() =>
  import("@/features/settings/components/ProfileSection").then((module) => ({ default: module.ProfileSection })),
);
const PasswordSection = lazy(() =>
  import("@/features/settings/components/PasswordSection").then((module) => ({ default: module.PasswordSection })),
);
const DevicesSection = lazy(() =>
  import("@/features/settings/components/DevicesSection").then((module) => ({ default: module.DevicesSection })),
);
const AppearanceSection = lazy(() =>
  import("@/features/settings/components/AppearanceSection").then((module) => ({ default: module.AppearanceSection })),
);
const SecuritySection = lazy(() =>
  import("@/features/factors/components/SecuritySection").then((module) => ({ default: module.SecuritySection })),
);
const ApiKeysSection = lazy(() =>
  import("@/features/settings/components/ApiKeysSection").then((module) => ({ default: module.ApiKeysSection })),
);
const UseSettings = lazy(() => import("./UseSettings").then((module) => ({ default: module.UseSettings })));
const SharedLinksSection = lazy(() =>
  import("@/features/settings/components/SharedLinksSection").then((module) => ({ default: module.SharedLinksSection })),
);
const PersonasSettings = lazy(() => import("./PersonasSettings").then((module) => ({ default: module.PersonasSettings })));
const MyDataSection = lazy(() =>
  import("@/features/settings/components/MyDataSection").then((module) => ({ default: module.MyDataSection })),
);

export const settingsSections: [PageSection, ...PageSection[]] = [
  { slug: "profile", label: phrase("Profile"), Icon: CircleUser, lead: phrase("Your name and where mail reaches you."), Section: ProfileSection },
  {
    slug: "password",
    label: phrase("Password"),
    Icon: LockKeyhole,
    lead: phrase("Long is better than complicated: a few words that have nothing to do with each other."),
    Section: PasswordSection,
  },
  { slug: "security", label: phrase("Security"), Icon: ShieldCheck, Section: SecuritySection },
  {
    slug: "devices",
    label: phrase("Devices"),
    Icon: MonitorSmartphone,
    lead: phrase("Sign out whatever you do not know or no longer use. It takes effect within 10 seconds."),
    Section: DevicesSection,
  },
  { slug: "api-keys", label: phrase("API keys"), Icon: KeyRound, Section: ApiKeysSection },
  {
    slug: "personas",
    label: phrase("Personas"),
    Icon: Drama,
    lead: phrase("A persona is a name for how the model should be: its instructions, which model, and how daring. Choose one beside the model of a conversation."),
    Section: PersonasSettings,
  },
  { slug: "use", label: phrase("Use and cost"), Icon: Coins, lead: phrase("What you use and what it costs, day by day, and how much may be spent on it."), Section: UseSettings },
  { slug: "appearance", label: phrase("Appearance"), Icon: Palette, lead: phrase("How the page looks, and the language it is in."), Section: AppearanceSection },
  {
    slug: "shared-links",
    label: phrase("Shared links"),
    Icon: Link,
    lead: phrase("What everybody can read who has the link. Taken back, a link shows nothing at once."),
    Section: SharedLinksSection,
  },
  {
    slug: "my-data",
    label: phrase("My data"),
    Icon: Database,
    lead: phrase("Everything that is kept about you: to take with you, to bring along, or to end."),
    Section: MyDataSection,
  },
];
