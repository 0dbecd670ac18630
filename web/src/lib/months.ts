/** Noon of a month's first day, in seconds since 1970: the same month in every zone. */
export function monthStart(month: string): number {
  return Date.parse(`${month}-01T12:00:00Z`) / 1000;
}

const words = new Intl.DateTimeFormat("en-GB", { month: "short", year: "2-digit", timeZone: "UTC" });

/** "Nov 26" of such a moment. */
export function monthText(seconds: number): string {
  return words.format(seconds * 1000);
}
