/** Days as the API has them, YYYY-MM-DD, in the viewer's zone. */

const two = (number: number) => String(number).padStart(2, "0");

/** The day of a moment. */
export function localDate(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Midnight at the beginning of a day, or of the one so many days later. */
function midnight(date: string, later = 0): Date {
  const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, day + later);
}

/** The day so many days after another. */
export const addDays = (date: string, days: number): string => localDate(midnight(date, days));

/** Today, or a day to come. */
export const dayAhead = (days: number, now = new Date()): string => addDays(localDate(now), days);

/** First and last instant of a day, as the API takes them. */
export function boundsOf(date: string): { from: string; to: string } {
  return { from: midnight(date).toISOString(), to: midnight(date, 1).toISOString() };
}
