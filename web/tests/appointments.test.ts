import { expect, test } from "vitest";
import { boundsOf, byDay, localDate } from "../src/lib/appointments";

test("a local day has its own bounds, also where the clock is put forward", () => {
  const { from, to } = boundsOf("2026-03-29");
  expect(localDate(new Date(from))).toBe("2026-03-29");
  expect(localDate(new Date(new Date(to).getTime() - 1))).toBe("2026-03-29");
  expect(localDate(new Date(to))).toBe("2026-03-30");
});

test("rows are gathered by day and keep their order", () => {
  const rows = [0, 3, 30].map((hours) => ({ start: new Date(2026, 5, 1, 9 + hours).toISOString() }));
  expect(byDay(rows, (row) => row.start).map(([, of]) => of.length)).toEqual([2, 1]);
});
