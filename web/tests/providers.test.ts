import { expect, test } from "vitest";
import type { FreeSlot } from "../src/api/types";
import { clockText } from "../src/lib/appointments";
import { bookingPath, placeOf, ratingText, thereText } from "../src/lib/providers";

const START = "2026-11-23T08:00:00Z";

function slot(local_start: string, hospital_id: string | null = null): FreeSlot {
  return { start: START, end: START, local_start, time_zone: "Europe/Paris", duration_minutes: 30, hospital_id, hospital_name: null };
}

test("a booking names provider, start and place", () => {
  expect(bookingPath("p-1", slot(START, "h-1"))).toBe("/book?provider=p-1&start=2026-11-23T08%3A00%3A00Z&hospital=h-1");
  expect(bookingPath("p-1", slot(START))).not.toContain("hospital");
  expect([placeOf(slot(START, "h-1")), placeOf(slot(START))]).toEqual(["h-1", "video"]);
});

test("the clock at the place is told only where it shows something else", () => {
  const mine = clockText(START);
  expect(thereText(slot(`2026-11-23T${mine}:00+00:00`))).toBe("");
  expect(thereText(slot("2026-11-24T00:17:00+01:00"))).toBe("00:17 in Europe/Paris");
});

test("words for ratings", () => {
  expect(ratingText(null, 0)).toBe("Not rated yet");
  expect(ratingText(4.5, 12)).toBe("★ 4.5 (12)");
});
