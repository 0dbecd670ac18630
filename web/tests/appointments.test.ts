import { expect, test } from "vitest";
import { byDay, elsewhereText, whenText } from "../src/lib/appointments";

test("rows are gathered by day and keep their order", () => {
  const rows = [0, 3, 30].map((hours) => ({ start: new Date(2026, 5, 1, 9 + hours).toISOString() }));
  expect(byDay(rows, (row) => row.start).map(([, of]) => of.length)).toEqual([2, 1]);
});

test("a time at a place with another clock is named with its zone", () => {
  const at = "2026-06-01T09:00:00Z";
  const one = { appointment_date: at, end_time: "2026-06-01T09:30:00Z", time_zone: "Pacific/Kiritimati" };
  expect(elsewhereText(one)).toContain("23:00 in Pacific/Kiritimati");
  expect(whenText(one)).toContain("on your clock (");
  const own = { ...one, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  expect(elsewhereText(own)).toBe("");
  expect(whenText(own)).not.toContain("clock");
});
