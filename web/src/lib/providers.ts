import type { FreeSlot, Provider, User } from "../api/types";
import { clockText } from "./appointments";

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

/** Where a slot is, as a choice of places has it. */
export const placeOf = (slot: FreeSlot): string => slot.hospital_id ?? "video";

/** "09:30 in Europe/Paris" where the clock at the place shows something else than the viewer's; empty where it does not. */
export function thereText(slot: FreeSlot): string {
  const there = slot.local_start.slice(11, 16);
  return there === clockText(slot.start) ? "" : `${there} in ${slot.time_zone}`;
}

/** "4.5 (12)", or that nobody has rated. */
export function ratingText(average: number | null, count: number): string {
  return average === null ? "Not rated yet" : `★ ${average.toFixed(1)} (${count})`;
}
