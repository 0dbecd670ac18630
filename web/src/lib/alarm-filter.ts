import type { Alarm, Priority } from "../api/types";
import { hasCalled, isOpen, needsAcknowledgement } from "./alarms";

export type Which = "open" | "waiting" | "acknowledged" | "shelved" | "all";

export interface AlarmFilter {
  which: Which;
  priority: Priority | "";
  category: Alarm["category"] | "";
  mine: boolean;
}

export const EVERYTHING: AlarmFilter = { which: "open", priority: "", category: "", mine: false };

export const WHICH: Record<Which, string> = {
  open: "Open",
  waiting: "To acknowledge",
  acknowledged: "Acknowledged",
  shelved: "Shelved",
  all: "All",
};

function isOf(which: Which, alarm: Alarm): boolean {
  if (which === "waiting") return needsAcknowledgement(alarm);
  if (which === "acknowledged") return alarm.state === "active_acknowledged";
  if (which === "shelved") return alarm.state === "suppressed";
  return which === "open" ? isOpen(alarm) : hasCalled(alarm);
}

/** Whether a row is asked for. One that another alarm speaks for stands with that one. */
export function isWanted(alarm: Alarm, filter: AlarmFilter, me: string): boolean {
  return (
    alarm.parent_id === null &&
    isOf(filter.which, alarm) &&
    (!filter.priority || alarm.priority === filter.priority) &&
    (!filter.category || alarm.category === filter.category) &&
    (!filter.mine || alarm.assignee?.id === me)
  );
}

/** Of these the page is told live; the others are fetched. */
export function isLive(which: Which): boolean {
  return which !== "all" && which !== "shelved";
}

/** The same filter as the API takes it. */
export function queryOf(filter: AlarmFilter): Record<string, string> {
  return {
    ...(filter.which === "shelved" ? { state: "suppressed" } : {}),
    ...(filter.priority ? { priority: filter.priority } : {}),
    ...(filter.category ? { category: filter.category } : {}),
    ...(filter.mine ? { assignee: "me" } : {}),
  };
}
