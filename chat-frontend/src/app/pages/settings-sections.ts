/** The sections of the settings page, in their order; each loads its own code. */
import { lazy } from "react";
import type { PageSection } from "@/components/SectionedPage";
import { KeyRound, Palette } from "@/components/icons";

const AppearanceSection = lazy(() =>
  import("@/features/settings/components/AppearanceSection").then((module) => ({ default: module.AppearanceSection })),
);

const ApiKeysSection = lazy(() =>
  import("@/features/settings/components/ApiKeysSection").then((module) => ({ default: module.ApiKeysSection })),
);

export const settingsSections: [PageSection, ...PageSection[]] = [
  { slug: "appearance", label: "Appearance", Icon: Palette, Section: AppearanceSection },
  { slug: "api-keys", label: "API keys", Icon: KeyRound, Section: ApiKeysSection },
];
