import { expect, test } from "vitest";
import { addDays, boundsOf, dayAhead, localDate } from "../src/lib/days";

test("a local day has its own bounds, also where the clock is put forward", () => {
  const { from, to } = boundsOf("2026-03-29");
  expect(localDate(new Date(from))).toBe("2026-03-29");
  expect(localDate(new Date(new Date(to).getTime() - 1))).toBe("2026-03-29");
  expect(localDate(new Date(to))).toBe("2026-03-30");
});

test("days to come go by the calendar", () => {
  expect(dayAhead(1, new Date(2026, 11, 31, 23, 59))).toBe("2027-01-01");
  expect(addDays("2026-03-28", 2)).toBe("2026-03-30");
  expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
});
