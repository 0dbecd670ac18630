import type { ProviderTime } from "../api/types";

export const WEEKDAYS = [
  ["MO", "Mon"],
  ["TU", "Tue"],
  ["WE", "Wed"],
  ["TH", "Thu"],
  ["FR", "Fri"],
  ["SA", "Sat"],
  ["SU", "Sun"],
] as const;

/** How a time comes again; `own` is a rule in the words of RFC 5545. */
export type Repeat = "once" | "daily" | "weekly" | "own";

export interface Recurrence {
  repeat: Repeat;
  /** Of `weekly`: MO to SU; none: the weekday of the first day. */
  days: string[];
  /** Last day, YYYY-MM-DD; empty: without an end. */
  until: string;
  rule: string;
}

/** The rule of a recurrence, as the API takes it; empty: once. */
export function ruleOf({ repeat, days, until, rule }: Recurrence): string {
  if (repeat === "once") return "";
  if (repeat === "own") return rule.trim();
  const parts = [`FREQ=${repeat.toUpperCase()}`];
  if (repeat === "weekly" && days.length > 0) parts.push(`BYDAY=${days.join(",")}`);
  if (until) parts.push(`UNTIL=${until.replaceAll("-", "")}`);
  return parts.join(";");
}

/** What a form shows of a rule: a plain one in its fields, any other as it is. */
export function recurrenceOf(rule: string): Recurrence {
  const nothing: Recurrence = { repeat: "once", days: [], until: "", rule: "" };
  if (!rule) return nothing;
  const plain = /^FREQ=(DAILY|WEEKLY)(?:;BYDAY=([A-Z,]+))?(?:;UNTIL=(\d{4})(\d{2})(\d{2}))?$/.exec(rule);
  if (!plain || (plain[1] === "DAILY" && plain[2])) return { ...nothing, repeat: "own", rule };
  const [, frequency, days, year, month, day] = plain;
  return {
    ...nothing,
    repeat: frequency === "DAILY" ? "daily" : "weekly",
    days: days?.split(",") ?? [],
    until: year ? `${year}-${month}-${day}` : "",
  };
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

/** "23 Nov 2026" of a local day. */
export const dateText = (date: string): string => day.format(new Date(`${date}T12:00:00Z`));

/** "09:00 to 17:00"; the end of the day is 24:00. */
export function hoursText(start: string, end: string): string {
  const to = end.slice(0, 5);
  return `${start.slice(0, 5)} to ${to === "00:00" ? "24:00" : to}`;
}

/** "Every Mon, Wed from 23 Nov 2026 until 1 Mar 2027". */
export function repeatText(one: Pick<ProviderTime, "date" | "last_date" | "rrule">): string {
  if (!one.rrule) return dateText(one.date);
  const { repeat, days, rule } = recurrenceOf(one.rrule);
  const names = WEEKDAYS.filter(([code]) => days.includes(code)).map(([, name]) => name);
  const every = repeat === "own" ? rule : repeat === "daily" ? "Every day" : names.length > 0 ? `Every ${names.join(", ")}` : "Every week";
  return `${every} from ${dateText(one.date)}${one.last_date ? ` until ${dateText(one.last_date)}` : ""}`;
}
