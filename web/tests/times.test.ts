import { expect, test, vi } from "vitest";
import { ApiClient } from "../src/api/client";
import { SessionStore } from "../src/api/session";
import { monthStart, monthText } from "../src/lib/months";
import { isDue } from "../src/lib/payments";
import { hoursText, recurrenceOf, repeatText, ruleOf } from "../src/lib/times";
import { memoryStorage, session } from "./make";

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

test("a month is the same in every zone", () => {
  expect(monthText(monthStart("2026-11"))).toBe("Nov 26");
});

test("what does not take place is not to be paid", () => {
  expect(isDue({ payment_status: "pending", status: "scheduled" })).toBe(true);
  expect(isDue({ payment_status: "pending", status: "cancelled" })).toBe(false);
  expect(isDue({ payment_status: "paid", status: "scheduled" })).toBe(false);
});

test("an edit names the version that was seen, and a newer one is said in words", async () => {
  const sessions = new SessionStore(memoryStorage());
  sessions.set(session());
  const seen: (string | null)[] = [];
  const fetchFn = vi.fn((_path: unknown, init: RequestInit = {}) => {
    seen.push(new Headers(init.headers).get("If-Match"));
    const answer = seen.length === 1 ? new Response("{}", { headers: { ETag: '"2"' } }) : new Response("{}", { status: 412 });
    return Promise.resolve(answer);
  });
  const client = new ApiClient(sessions, fetchFn as typeof fetch);
  const { tag } = await client.edit("PATCH", "/api/providers/1/", {}, '"1"');
  await expect(client.edit("PATCH", "/api/providers/1/", {}, tag)).rejects.toThrow(/Somebody else changed this meanwhile/);
  expect(seen).toEqual(['"1"', '"2"']);
});
