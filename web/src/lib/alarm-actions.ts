import type { ApiClient } from "../api/client";
import { ApiError } from "../api/client";
import type { Alarm, Priority, User } from "../api/types";
import { isOpen } from "./alarms";

export type Action = "assign" | "unassign" | "snooze" | "unsnooze" | "shelve" | "notes" | "close" | "reopen";

const MINUTE = 60_000;
/** The API's own bound for reopening by hand. */
const REOPEN_MS = 24 * 60 * MINUTE;

/** Minutes that an alarm may be snoozed for; the longest is what the API allows. */
export const SNOOZE_MINUTES: Record<Priority, readonly number[]> = {
  high: [5, 10, 30],
  medium: [10, 30, 60, 240],
  low: [30, 60, 240, 1440],
};

export const SHELVE_HOURS: Record<Alarm["category"], readonly number[]> = {
  physiological: [0.5, 1, 4, 12, 24],
  technical: [1, 8, 24, 168, 720],
};

/** Whom the API lets answer an alarm. */
export function mayAcknowledge(user: Pick<User, "roles">): boolean {
  return user.roles.some((role) => ["clinician", "developer", "admin"].includes(role));
}

export function isSnoozed(alarm: Alarm, now_ms: number): boolean {
  return alarm.snoozed_until !== null && Date.parse(alarm.snoozed_until) > now_ms;
}

/** What the API lets this person do about an alarm in this state, in the order of the buttons. */
export function actionsFor(alarm: Alarm, user: Pick<User, "id">, now_ms: number): Action[] {
  if (alarm.retrospective) return ["notes"];
  const open = isOpen(alarm);
  const held = alarm.state === "suppressed";
  const technical = alarm.category === "technical";
  const closedAt = alarm.closed_at ? Date.parse(alarm.closed_at) : 0;
  const possible: [Action, boolean][] = [
    ["assign", open && alarm.assignee?.id !== user.id],
    ["unassign", open && alarm.assignee !== null],
    ["snooze", open && !isSnoozed(alarm, now_ms)],
    ["unsnooze", open && isSnoozed(alarm, now_ms)],
    ["shelve", open],
    ["close", alarm.state === "latched" || (technical && (open || held))],
    ["reopen", alarm.state === "closed" && alarm.activated_at !== null && now_ms - closedAt < REOPEN_MS],
    ["notes", true],
  ];
  return possible.filter(([, allowed]) => allowed).map(([action]) => action);
}

/** "30 min", "4 h", "7 d". */
export function lengthText(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2880 ? `${minutes / 60} h` : `${minutes / 1440} d`;
}

/** What went wrong, in words for whoever pressed the button; and whether the alarm must be looked at anew. */
export function conflictText(error: unknown): { text: string; reload: boolean } {
  if (!(error instanceof ApiError)) return { text: "That failed.", reload: false };
  if (error.status === 412 || error.status === 428) {
    return { text: "Somebody changed this alarm meanwhile. It is shown as it is now: look again.", reload: true };
  }
  if (error.status === 409) return { text: `Not possible any more: ${error.message}`, reload: true };
  if (error.status === 404) return { text: "You may not see this alarm any more.", reload: false };
  return { text: error.message, reload: false };
}

/** Does it only if the alarm is still what was seen. */
export function act(client: ApiClient, alarm: Alarm, action: Action, body?: unknown): Promise<Alarm> {
  return client.post<Alarm>(`/api/alarms/${alarm.id}/${action}/`, body ?? {}, `"${alarm.version}"`);
}
