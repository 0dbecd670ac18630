import { expect, test } from "vitest";
import { monthStart, monthText } from "../src/lib/months";

test("a month is the same in every zone", () => {
  expect(monthText(monthStart("2026-11"))).toBe("Nov 26");
});
