import type { Alarm, AlarmState, Priority } from "../api/types";

/** Order and marks in the manner of IEC 60601-1-8: more marks, more urgent. */
export const PRIORITIES: Record<Priority, { rank: number; label: string; marks: string }> = {
  high: { rank: 3, label: "High", marks: "!!!" },
  medium: { rank: 2, label: "Medium", marks: "!!" },
  low: { rank: 1, label: "Low", marks: "!" },
};

export const STATE_LABELS: Record<AlarmState, string> = {
  pending: "Pending",
  suppressed: "Shelved",
  active_unacknowledged: "Active",
  active_acknowledged: "Acknowledged",
  latched: "Over, not seen",
  cleared: "Over",
  closed: "Closed",
};

export function priorityRank(priority: Priority | null): number {
  return priority ? PRIORITIES[priority].rank : 0;
}

/** Raised and not over; what is pending or shelved calls nobody. */
export function isOpen(alarm: Alarm): boolean {
  return !["closed", "pending", "suppressed"].includes(alarm.state);
}

/** Whether it ever was an alarm to anybody: raised, or found in data that came late. */
export function hasCalled(alarm: Alarm): boolean {
  return alarm.activated_at !== null || alarm.retrospective;
}

/** Whether somebody still has to say that he has seen it; latched is over but was never answered. */
export function needsAcknowledgement(alarm: Alarm): boolean {
  return alarm.state === "active_unacknowledged" || alarm.state === "latched";
}

/** The later of two reports of one alarm, however late it arrives: every change raises its version. */
export function keepNewer(known: Alarm | undefined, incoming: Alarm): Alarm {
  return known && known.version > incoming.version ? known : incoming;
}

export function since(alarm: Alarm): string {
  return alarm.activated_at ?? alarm.started_at;
}

/** Open before closed, unacknowledged first, then by priority, then the newest first. */
export function sortAlarms(alarms: Iterable<Alarm>): Alarm[] {
  const weight = (alarm: Alarm) =>
    (isOpen(alarm) ? 100 : 0) +
    (isOpen(alarm) ? priorityRank(alarm.priority) * 10 : 0) +
    (needsAcknowledgement(alarm) ? 5 : 0);
  return [...alarms].sort(
    (a, b) => weight(b) - weight(a) || Date.parse(since(b)) - Date.parse(since(a)) || a.id.localeCompare(b.id),
  );
}

/** High alarms that wait for an answer: all of them, and those of which nobody was told (none at first). */
export function newHighAlarms(told: ReadonlySet<string> | null, alarms: Iterable<Alarm>): { ids: string[]; announce: Alarm[] } {
  const high = [...alarms].filter((alarm) => alarm.priority === "high" && alarm.state === "active_unacknowledged");
  return { ids: high.map(({ id }) => id), announce: told ? high.filter(({ id }) => !told.has(id)) : [] };
}

export function countUnacknowledged(alarms: Iterable<Alarm>): Record<Priority, number> {
  const counts: Record<Priority, number> = { high: 0, medium: 0, low: 0 };
  for (const alarm of alarms) if (needsAcknowledgement(alarm)) counts[alarm.priority] += 1;
  return counts;
}
