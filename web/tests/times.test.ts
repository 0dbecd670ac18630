import { expect, test } from "vitest";
import { hoursText, recurrenceOf, repeatText, ruleOf } from "../src/lib/times";

test("a rule that the form makes is shown in its fields again", () => {
  for (const rule of ["", "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270301"]) expect(ruleOf(recurrenceOf(rule))).toBe(rule);
});

test("a rule that the form has no fields for stays as it is", () => {
  for (const rule of ["FREQ=MONTHLY;BYDAY=1MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;COUNT=3"]) {
    expect(recurrenceOf(rule).repeat).toBe("own");
    expect(ruleOf(recurrenceOf(rule))).toBe(rule);
  }
});

test("words for times", () => {
  expect(hoursText("22:00:00", "00:00:00")).toBe("22:00 to 24:00");
  expect(repeatText({ date: "2026-11-23", last_date: "2027-03-01", rrule: "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20270301" })).toBe("Every Mon, Wed from 23 Nov 2026 until 1 Mar 2027");
  expect(repeatText({ date: "2026-11-23", last_date: "2026-11-23", rrule: "" })).toBe("23 Nov 2026");
});
