import { expect, test } from "vitest";
import type { FreeSlot } from "../src/api/types";
import { bookingPath, byDay, clockText, dayText, ratingText } from "../src/lib/providers";

function slot(start: string, local_start: string, hospital_id: string | null = null): FreeSlot {
  return { start, end: start, local_start, time_zone: "Europe/Paris", duration_minutes: 30, hospital_id, hospital_name: null };
}

test("slots lie under the days of the place, whatever day it is in Greenwich", () => {
  const late = slot("2026-11-23T23:30:00Z", "2026-11-24T00:30:00+01:00");
  const early = slot("2026-11-23T08:00:00Z", "2026-11-23T09:00:00+01:00");
  expect(byDay([late, early]).map((day) => day.date)).toEqual(["2026-11-23", "2026-11-24"]);
  expect(clockText(late)).toBe("00:30");
});

test("a booking names provider, start and place", () => {
  const start = "2026-11-23T08:00:00Z";
  expect(bookingPath("p-1", slot(start, start, "h-1"))).toBe("/book?provider=p-1&start=2026-11-23T08%3A00%3A00Z&hospital=h-1");
  expect(bookingPath("p-1", slot(start, start))).not.toContain("hospital");
});

test("words for days and ratings", () => {
  expect(dayText("2026-11-23")).toMatch(/^Mon,? 23 Nov$/);
  expect(ratingText(null, 0)).toBe("Not rated yet");
  expect(ratingText(4.5, 12)).toBe("★ 4.5 (12)");
});
