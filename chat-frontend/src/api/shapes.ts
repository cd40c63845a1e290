/** Names for the shapes the services answer with, taken from the generated documents by path. */
import type { paths as AnalyticsPaths } from "./generated/analytics";
import type { paths as AuthPaths } from "./generated/auth";
import type { paths as ChatPaths } from "./generated/chat";

type Answer<Operation> = Operation extends { responses: { 200: { content: { "application/json": infer Body } } } }
  ? Body
  : never;

export type Profile = Answer<AuthPaths["/users/me"]["get"]>;
export type SignIn = Answer<AuthPaths["/auth/sessions"]["get"]>[number];
export type Factors = Answer<AuthPaths["/users/me/factors"]["get"]>;
export type Passkey = Factors["passkeys"][number];
export type Enrolled = Answer<AuthPaths["/users/me/factors/totp/confirm"]["post"]>;
export type ApiKey = Answer<AuthPaths["/api-keys/"]["get"]>[number];
export type NewApiKey = Answer<AuthPaths["/api-keys/"]["post"]>;
export type ApiKeyScope = ApiKey["scopes"][number];
export type Person = Answer<AuthPaths["/users/{username}"]["get"]>;
export type PersonChange = AuthPaths["/users/{username}"]["patch"]["requestBody"]["content"]["application/json"];
export type Role = Answer<AuthPaths["/roles/"]["get"]>[number];
export type RegistrationPolicy = Answer<AuthPaths["/settings/registration"]["get"]>;
export type Invitation = Answer<AuthPaths["/invitations/"]["get"]>[number];
export type FactorSummary = Answer<AuthPaths["/users/{username}/factors"]["get"]>;
export type AuditEntry = Answer<AuthPaths["/audit/"]["get"]>[number];
export type Erasure = Answer<AuthPaths["/erasures/{erasure_id}"]["get"]>;
export type ErasurePlan = Answer<AuthPaths["/users/me/erasure-preview"]["get"]>;
export type Conversation = Answer<ChatPaths["/conversations/{conversation_id}"]["get"]>;
export type Message = Answer<ChatPaths["/conversations/{conversation_id}/messages"]["get"]>[number];
export type Feedback = NonNullable<Message["feedback"]>;
export type MessageStatus = Message["status"];
export type FoundMessage = Answer<ChatPaths["/search"]["get"]>[number];
export type ImportReport = Answer<ChatPaths["/imports"]["post"]>;
export type Share = Answer<ChatPaths["/shares"]["get"]>[number];
export type SharedConversation = Answer<ChatPaths["/shared/{token}"]["get"]>;
export type Model = Answer<ChatPaths["/models"]["get"]>[number];
export type Budget = Answer<ChatPaths["/budgets"]["get"]>[number];
export type Price = Answer<ChatPaths["/prices"]["get"]>[number];
export type OwnSpending = Answer<ChatPaths["/spending/me"]["get"]>;
export type Persona = Answer<ChatPaths["/personas/{persona_id}"]["get"]>;
export type PersonaOrder = ChatPaths["/personas/"]["post"]["requestBody"]["content"]["application/json"];
export type Summary = Answer<AnalyticsPaths["/analytics/summary"]["get"]>;
export type Overview = Answer<AnalyticsPaths["/analytics/overview"]["get"]>;
export type Period = Overview["period"];
export type Figures = Period["figures"];
export type TimeSeries = Answer<AnalyticsPaths["/analytics/timeseries"]["get"]>;
export type Metric = AnalyticsPaths["/analytics/timeseries"]["get"]["parameters"]["query"]["metric"];
export type Cut = NonNullable<AnalyticsPaths["/analytics/timeseries"]["get"]["parameters"]["query"]["by"]>;
export type Ranked = Answer<AnalyticsPaths["/analytics/users"]["get"]>[number];
export type RankedModel = Answer<AnalyticsPaths["/analytics/models"]["get"]>[number];
export type RankedEndpoint = Answer<AnalyticsPaths["/analytics/endpoints"]["get"]>[number];
export type HeatMap = Answer<AnalyticsPaths["/analytics/heatmap"]["get"]>;
export type Cohort = Answer<AnalyticsPaths["/analytics/retention"]["get"]>[number];
export type Forecast = Answer<AnalyticsPaths["/analytics/forecast"]["get"]>;
export type Delivery = Answer<AnalyticsPaths["/analytics/delivery"]["get"]>;
export type Sender = Delivery["senders"][number];
export type ParkedEvent = Answer<AnalyticsPaths["/analytics/parked"]["get"]>[number];
