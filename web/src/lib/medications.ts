import type { Dose, MedicationEvent, MedicationWarning, Schedule, UserMedication } from "../api/types";

export const STATES: Record<Dose["state"], string> = {
  upcoming: "Later",
  due: "Due now",
  taken: "Taken",
  late: "Taken late",
  skipped: "Left out",
  missed: "Not recorded",
};

export const KINDS: Record<MedicationWarning["kind"], string> = {
  allergy: "Allergy",
  interaction: "Interaction",
  duplicate: "Taken already",
  contraindication: "Condition",
};

export const SEVERITIES: Record<MedicationWarning["severity"], string> = {
  severe: "Severe",
  moderate: "Moderate",
  mild: "Mild",
  unknown: "Not graded",
};

/** A dose that can still be taken or left out. */
export function isOpen(dose: Pick<Dose, "state">): boolean {
  return dose.state === "due" || dose.state === "upcoming" || dose.state === "missed";
}

/** "08:00" on the wall clock of a zone. */
export function clockText(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(instant));
}

/** "08:00, 20:00", "as needed, at most 4 a day", or the words that were written. */
export function scheduleText(schedule: Schedule | null, frequency: string): string {
  if (!schedule) return frequency;
  if (schedule.kind === "as_needed") {
    return schedule.most_per_day ? `as needed, at most ${schedule.most_per_day} a day` : "as needed";
  }
  const times = schedule.times.join(", ");
  if (schedule.kind === "times") return times;
  return frequency ? `${frequency}, ${times}` : `${times}, ${schedule.rrule}`;
}

/** "84 %", or a dash while nothing was due. */
export function shareText(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}

/** What is taken now, and what was: as a list is asked for. */
export const CURRENT: readonly UserMedication["status"][] = ["active", "paused"];
export const PAST: readonly UserMedication["status"][] = ["completed", "stopped"];

export function isCurrent(one: Pick<UserMedication, "status">): boolean {
  return CURRENT.includes(one.status);
}

/** "Status: active to paused, by Ama Owusu: it itches". */
export function eventText(event: Pick<MedicationEvent, "kind" | "actor" | "from_status" | "to_status" | "reason" | "changes">): string {
  const what: Record<string, string> = {
    entered: "Entered",
    status: `From ${event.from_status} to ${event.to_status}`,
    changed: `Changed ${Object.keys(event.changes).join(", ").replaceAll("_", " ")}`,
    intake: "A dose was recorded",
    side_effect: "A side effect was reported",
  };
  const by = event.actor ? `, by ${event.actor}` : "";
  return `${what[event.kind] ?? event.kind}${by}${event.reason ? `: ${event.reason}` : ""}`;
}
