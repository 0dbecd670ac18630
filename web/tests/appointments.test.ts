import { expect, test } from "vitest";
import { byDay } from "../src/lib/appointments";

test("rows are gathered by day and keep their order", () => {
  const rows = [0, 3, 30].map((hours) => ({ start: new Date(2026, 5, 1, 9 + hours).toISOString() }));
  expect(byDay(rows, (row) => row.start).map(([, of]) => of.length)).toEqual([2, 1]);
});
