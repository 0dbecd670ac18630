import type { components } from "./schema";

/** The API's shapes by short names; `schema.d.ts` is generated from its OpenAPI description. */
type Schemas = components["schemas"];

export type User = Schemas["User"];
export type Tokens = Pick<Schemas["TokenPair"], "access" | "refresh">;
export type Session = Tokens & { user: User };

export type Profile = Schemas["Profile"];
export type LoginSession = Schemas["LoginSession"];
export type SecondFactors = Schemas["SecondFactors"];
export type Enrolment = Schemas["Enrolment"];
export type RecoveryCodes = Schemas["RecoveryCodes"];
export type Passkey = Schemas["Passkey"];
export type NewPasskey = Schemas["NewPasskey"];
export type PasskeyOptions = Schemas["PasskeyOptions"];
export type NoticePreferences = Schemas["PreferencesNow"];
export type PushState = Schemas["PushState"];
export type PushKept = Schemas["PushSubscription"];
export type EmergencyContact = Schemas["EmergencyContact"];
export type CalendarFeed = Schemas["CalendarFeed"];
export type DataExport = Schemas["Export"];
export type Erasure = Schemas["Erasure"];

export type DemoLogin = Schemas["DemoLogin"];

export type PatientSummary = Schemas["Patient"];
export type VitalValue = Schemas["VitalNow"];
/** By metric code; any of them may be absent. */
export type Vitals = Partial<Schemas["BoardRow"]["vitals"]>;
export type News2 = Schemas["News2Now"];
export type News2Input = Schemas["News2Input"];
export type Risk = News2["risk"];
export type BoardRow = Schemas["BoardRow"];
export type PatientDetail = Schemas["PatientDetail"];
export type Device = Schemas["Device"];
export type DeviceRegistration = Schemas["Registration"];
export type DeviceKey = Schemas["NewKey"];
export type DeviceHealth = Schemas["DeviceHealth"];
export type DoctorReport = Schemas["DoctorReport"];

export type Alarm = Schemas["Alarm"];
export type Person = Schemas["Person"];
export type AlarmCounts = Schemas["AlarmSummary"];
export type AlarmState = Alarm["state"];
export type Priority = Alarm["priority"];

export type Transition = Schemas["AlarmStep"];
export type Why = Schemas["Why"];
export type WhySeries = Schemas["WhySeries"];
export type EffectiveRule = Schemas["EffectiveRule"];
export type WhatIfAnswer = Schemas["WhatIfAnswer"];
export type Job = Schemas["Job"];

export type Trend = Schemas["Trend"];
export type Span = "1h" | "6h" | "24h" | "7d" | "30d";

export type HealthDashboard = Schemas["Dashboard"];
export type HealthReport = Schemas["Report"];
export type MetricSummary = Schemas["MetricSummary"];
export type MetricTrend = Schemas["MetricTrend"];
export type ChartData = Schemas["ChartData"];
export type Insight = Schemas["Insight"];
export type Recommendation = Schemas["Recommendation"];
export type Milestone = Schemas["Milestone"];
export type ReportPeriod = Schemas["ReportSummary"]["period"];

export type Medication = Schemas["Medication"];
export type MedicationCategory = Schemas["MedicationCategory"];
export type MedicationEvent = Schemas["MedicationEvent"];
export type SideEffect = Schemas["SideEffect"];
export type Schedule = Schemas["DoseSchedule"];
export type UserMedication = Schemas["UserMedication"];
export type EnteredMedication = Schemas["EnteredMedication"];
export type MedicationWarning = Schemas["MedicationWarning"];
export type Warnings = Schemas["Warnings"];
export type WarningsOf = Schemas["WarningsOf"];
export type CurrentWarnings = Schemas["CurrentWarnings"];
export type Dose = DayOfDoses["doses"][number];
export type AsNeeded = DayOfDoses["as_needed"][number];
export type DayOfDoses = Schemas["DayOfDoses"];
export type AdherenceReport = Schemas["AdherenceReport"];

export type Appointment = Schemas["Appointment"];
export type AppointmentFile = Schemas["AppointmentFile"];
export type FileLink = Schemas["FileLink"];
export type AccountFound = Schemas["AccountFound"];
export type AppointmentFiles = Schemas["AppointmentFiles"];
export type AppointmentRating = Schemas["Rating"];
export type Waiting = Schemas["Waiting"];
export type WaitingOffer = Schemas["Offer"];
export type Payment = Schemas["Payment"];
export type BegunPayment = Schemas["BegunPayment"];

export interface Page<T> {
  results: T[];
  next: string | null;
}

export type AssistantStatus = Schemas["AssistantStatus"];
export type Conversation = Schemas["Conversation"];
export type ConversationDetail = Schemas["ConversationDetail"];
export type ChatMessage = Schemas["ChatMessage"];
export type ChatAnswer = Schemas["ChatAnswer"];
export type NumberSource = Schemas["NumberSource"];
export type BookingProposal = Schemas["BookingProposal"];
export type ProposalDecision = Schemas["ProposalDecision"];
export type ConsentWordings = Schemas["ConsentWordings"];

export type Hospital = Schemas["HospitalShape"];
export type Provider = Schemas["ProviderShape"];
export type FoundProvider = Schemas["FoundProvider"];
export type FreeSlots = Schemas["FreeSlots"];
export type FreeSlot = Schemas["SlotShape"];
export type ProviderTime = Schemas["TimeShape"];
export type TimeException = Schemas["ExceptionShape"];
export type Workplaces = Schemas["PlaceShapes"];
export type ProviderFigures = Schemas["Analytics"];
export type HospitalSystem = Schemas["SystemShape"];
export type NewHospitalSystem = Schemas["NewSystem"];
export type HospitalSync = Schemas["Sync"];

export type PatientRecord = Schemas["PatientRecord"];

export type News = Schemas["Notification"];
export type NewsPage = Schemas["NotificationPage"];
