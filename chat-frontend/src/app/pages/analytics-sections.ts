/** The sections of the analytics, in their order; each loads its own code, and charts with it. */
import { lazy } from "react";
import type { PageSection } from "@/components/SectionedPage";
import { Activity, Bell, ChartColumn, CircleAlert, Coins, Gauge, MessagesSquare, Sparkles, Users } from "@/components/icons";
import { phrase } from "@/i18n/phrase";

const lists = () => import("@/features/analytics/components/ListSections");
const OverviewSection = lazy(() => import("@/features/analytics/components/OverviewSection").then((module) => ({ default: module.OverviewSection })));
const UseFiguresSection = lazy(() => import("@/features/analytics/components/UseFiguresSection").then((module) => ({ default: module.UseFiguresSection })));
const CostSection = lazy(() => import("@/features/analytics/components/CostSection").then((module) => ({ default: module.CostSection })));
const SpeedSection = lazy(() => import("@/features/analytics/components/SpeedSection").then((module) => ({ default: module.SpeedSection })));
const PeopleFiguresSection = lazy(() => lists().then((module) => ({ default: module.PeopleFiguresSection })));
const ConversationFiguresSection = lazy(() => lists().then((module) => ({ default: module.ConversationFiguresSection })));
const ModelFiguresSection = lazy(() => lists().then((module) => ({ default: module.ModelFiguresSection })));
const AlertsOfRank = lazy(() => import("./AlertsOfRank").then((module) => ({ default: module.AlertsOfRank })));
const delivery = () => import("@/features/analytics/components/DeliverySections");
const DeliverySection = lazy(() => delivery().then((module) => ({ default: module.DeliverySection })));
const DeliveryAndParkedSection = lazy(() => delivery().then((module) => ({ default: module.DeliveryAndParkedSection })));

const shared: [PageSection, ...PageSection[]] = [
  { slug: "overview", label: phrase("Overview"), Icon: ChartColumn, lead: phrase("What happened, beside what happened before."), Section: OverviewSection },
  { slug: "use", label: phrase("Use"), Icon: Activity, lead: phrase("Which models are used, when, and who comes back."), Section: UseFiguresSection },
  { slug: "cost", label: phrase("Costs"), Icon: Coins, lead: phrase("What answers cost, and what this month will come to."), Section: CostSection },
  { slug: "speed", label: phrase("Speed and errors"), Icon: Gauge, lead: phrase("How long answers and requests take, and which fail."), Section: SpeedSection },
  { slug: "people", label: phrase("People"), Icon: Users, lead: phrase("Who uses it how much."), Section: PeopleFiguresSection },
  { slug: "conversations", label: phrase("Conversations"), Icon: MessagesSquare, lead: phrase("The busiest conversations, by their ids: titles never leave the chat."), Section: ConversationFiguresSection },
  { slug: "models", label: phrase("Models"), Icon: Sparkles, lead: phrase("How fast each model answers, and what people think of its answers."), Section: ModelFiguresSection },
  { slug: "alerts", label: phrase("Alerts"), Icon: Bell, lead: phrase("What is not as it should be, who is told of it, and when it was so before."), Section: AlertsOfRank },
];

const events = { slug: "delivery", formerSlug: "parked", Icon: CircleAlert };

export const figureSections: [PageSection, ...PageSection[]] = [
  ...shared,
  { ...events, label: phrase("Delivery of events"), lead: phrase("How events get here: what waits, what was lost, and how long they take."), Section: DeliverySection },
];

/** Texts of parked events may hold anything: they are for administrators alone. */
export const allFigureSections: [PageSection, ...PageSection[]] = [
  ...shared,
  { ...events, label: phrase("Delivery and parked events"), lead: phrase("How events get here, and which of them could not be counted, and why."), Section: DeliveryAndParkedSection },
];
