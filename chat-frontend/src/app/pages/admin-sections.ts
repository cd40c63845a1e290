/** The sections of the administration, in their order; each loads its own code. */
import { lazy } from "react";
import type { PageSection } from "@/components/SectionedPage";
import { Coins, DoorOpen, Eraser, Mail, ScrollText, Tags, Users } from "@/components/icons";
import { phrase } from "@/i18n/phrase";

const PeopleSection = lazy(() => import("@/features/admin/components/PeopleSection").then((module) => ({ default: module.PeopleSection })));
const RegistrationSection = lazy(() =>
  import("@/features/admin/components/RegistrationSection").then((module) => ({ default: module.RegistrationSection })),
);
const InvitationsSection = lazy(() =>
  import("@/features/admin/components/InvitationsSection").then((module) => ({ default: module.InvitationsSection })),
);
const AuditSection = lazy(() => import("@/features/admin/components/AuditSection").then((module) => ({ default: module.AuditSection })));
const ErasuresSection = lazy(() => import("@/features/admin/components/ErasuresSection").then((module) => ({ default: module.ErasuresSection })));
const BudgetsSection = lazy(() => import("@/features/admin/components/BudgetsSection").then((module) => ({ default: module.BudgetsSection })));
const PricesSection = lazy(() => import("@/features/admin/components/PricesSection").then((module) => ({ default: module.PricesSection })));

const people: PageSection = { slug: "people", label: phrase("People"), Icon: Users, lead: phrase("Everyone who has an account here."), Section: PeopleSection };
const budgets: PageSection = { slug: "budgets", label: phrase("Budgets"), Icon: Coins, lead: phrase("How much may be spent, by whom, and how much is."), Section: BudgetsSection };
const prices: PageSection = { slug: "prices", label: phrase("Prices"), Icon: Tags, lead: phrase("What answers of each model cost."), Section: PricesSection };

export const adminSections: [PageSection, ...PageSection[]] = [
  people,
  { slug: "registration", label: phrase("Registration"), Icon: DoorOpen, lead: phrase("Who may create an account without your doing."), Section: RegistrationSection },
  { slug: "invitations", label: phrase("Invitations"), Icon: Mail, lead: phrase("Links that let somebody create an account, once each."), Section: InvitationsSection },
  budgets,
  prices,
  { slug: "audit", label: phrase("Audit trail"), Icon: ScrollText, lead: phrase("Who did what to whom, when and from where."), Section: AuditSection },
  { slug: "erasures", label: phrase("Erasures"), Icon: Eraser, lead: phrase("Deleted people, and what each service confirms of their data."), Section: ErasuresSection },
];

/** What managers see, and change nothing of. */
export const managerSections: [PageSection, ...PageSection[]] = [people, budgets, prices];
