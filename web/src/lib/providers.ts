import type { FreeSlot, Provider, User } from "../api/types";

/** Whose role enters providers and hospitals. */
export function managesProviders(user: User): boolean {
  return user.roles.includes("admin");
}

/** Who keeps a provider's times and sees their figures: the provider, and admins. */
export function keepsTimes(user: User, provider: Pick<Provider, "user_id">): boolean {
  return managesProviders(user) || provider.user_id === user.id;
}

/** Where a slot is booked. */
export function bookingPath(provider: string, slot: FreeSlot): string {
  const query = new URLSearchParams({ provider, start: slot.start });
  if (slot.hospital_id) query.set("hospital", slot.hospital_id);
  return `/book?${query.toString()}`;
}

export interface Day {
  /** Local day of the place, YYYY-MM-DD. */
  date: string;
  slots: FreeSlot[];
}

/** Slots under the days of the places where they are, in order. */
export function byDay(slots: FreeSlot[]): Day[] {
  const days = new Map<string, FreeSlot[]>();
  for (const slot of slots) {
    const date = slot.local_start.slice(0, 10);
    days.set(date, [...(days.get(date) ?? []), slot]);
  }
  return [...days].map(([date, found]) => ({ date, slots: found })).sort((a, b) => a.date.localeCompare(b.date));
}

/** "Mon, 23 Nov" of a local day; the viewer's own zone has no part in it. */
export function dayText(date: string): string {
  return new Date(`${date}T12:00:00Z`).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
}

/** "09:30", as the clock at the place shows it. */
export function clockText(slot: FreeSlot): string {
  return slot.local_start.slice(11, 16);
}

/** "4.5 (12)", or that nobody has rated. */
export function ratingText(average: number | null, count: number): string {
  return average === null ? "Not rated yet" : `★ ${average.toFixed(1)} (${count})`;
}
