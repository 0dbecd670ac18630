import type { Appointment } from "../api/types";

export const STATUS: Record<Appointment["status"], string> = {
  scheduled: "Scheduled",
  confirmed: "Confirmed",
  checked_in: "Checked in",
  completed: "Completed",
  cancelled: "Cancelled",
  no_show: "Did not come",
};

const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The day of a time, in the viewer's zone. */
export const dayText = (iso: string): string => day.format(new Date(iso));

/** The time of day, in the viewer's zone. */
export const clockText = (iso: string): string => clock.format(new Date(iso));

/** "Mon 09:00 in Africa/Accra" where the clock of the place shows another time than the viewer's; else empty. */
export function elsewhereText(one: Pick<Appointment, "appointment_date" | "time_zone">): string {
  const at = new Date(one.appointment_date);
  const shown = (timeZone?: string) =>
    new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", hourCycle: "h23", timeZone }).format(at);
  if (shown() === shown(one.time_zone)) return "";
  const there = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: one.time_zone });
  return `${there.format(at)} in ${one.time_zone}`;
}

/** "Monday, 23 November 2026, 09:00 to 09:30", with the time at the place where that is another one. */
export function whenText(one: Pick<Appointment, "appointment_date" | "time_zone"> & { end_time?: string }): string {
  const start = `${dayText(one.appointment_date)}, ${clockText(one.appointment_date)}`;
  const here = one.end_time === undefined ? start : `${start} to ${clockText(one.end_time)}`;
  const there = elsewhereText(one);
  return there ? `${here} on your clock (${there})` : here;
}

/** Where an appointment is, in one line. */
export function placeText(one: Appointment): string {
  if (one.appointment_type === "video") return "Video call";
  return [one.hospital_name, one.hospital_address].filter(Boolean).join(", ") || "At the practice";
}

/** Rows by the day on which they begin, in the order in which they come. */
export function byDay<T>(rows: readonly T[], start: (row: T) => string): [string, T[]][] {
  const days = new Map<string, T[]>();
  for (const row of rows) {
    const name = dayText(start(row));
    days.set(name, [...(days.get(name) ?? []), row]);
  }
  return [...days];
}
