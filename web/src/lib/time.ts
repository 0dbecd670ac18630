import type { Span } from "../api/types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const SPANS: readonly Span[] = ["1h", "6h", "24h", "7d", "30d"];

export const SPAN_MS: Record<Span, number> = {
  "1h": HOUR,
  "6h": 6 * HOUR,
  "24h": DAY,
  "7d": 7 * DAY,
  "30d": 30 * DAY,
};

/** "12 s ago", "4 min ago", "3 h ago", "2 d ago"; a moment ahead counts as now. */
export function ageText(then_ms: number, now_ms: number): string {
  const age = Math.max(0, now_ms - then_ms);
  return age < 1000 ? "now" : `${durationText(age)} ago`;
}

/** "83 s", "4 min", "3 h", "2 d". */
export function durationText(ms: number): string {
  if (ms < 100_000) return `${Math.floor(ms / 1000)} s`;
  if (ms < 100 * MINUTE) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

const absolute = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
});
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The full time in the viewer's zone, with the zone. */
export function absoluteText(ms: number): string {
  return absolute.format(ms);
}

export function clockText(ms: number): string {
  return clock.format(ms);
}

export function momentText(ms: number): string {
  return dayAndClock.format(ms);
}

/** Of the same calendar day in the viewer's zone. */
export function isSameDay(one_ms: number, other_ms: number): boolean {
  return new Date(one_ms).toDateString() === new Date(other_ms).toDateString();
}

/** Whole years of life on the day `now_ms`; null when the birth date is unknown. */
export function yearsOld(birthDate: string | null, now_ms: number): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(birthDate ?? "");
  if (!match) return null;
  const now = new Date(now_ms);
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const had = now.getMonth() + 1 > month || (now.getMonth() + 1 === month && now.getDate() >= day);
  return now.getFullYear() - year - (had ? 0 : 1);
}
