/** The sections of the settings page, in their order; each loads its own code. */
import { lazy } from "react";
import type { PageSection } from "@/components/SectionedPage";
import { Palette, ShieldCheck } from "@/components/icons";

const AppearanceSection = lazy(() =>
  import("@/features/settings/components/AppearanceSection").then((module) => ({ default: module.AppearanceSection })),
);
const SecuritySection = lazy(() =>
  import("@/features/factors/components/SecuritySection").then((module) => ({ default: module.SecuritySection })),
);

export const settingsSections: [PageSection, ...PageSection[]] = [
  { slug: "appearance", label: "Appearance", Icon: Palette, Section: AppearanceSection },
  { slug: "security", label: "Security", Icon: ShieldCheck, Section: SecuritySection },
];
