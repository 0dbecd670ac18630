import { describe, expect, it } from "vitest";
import { clockText, eventText, isOpen, scheduleText, shareText } from "../src/lib/medications";

const times = { kind: "times", times: ["08:00", "20:00"], rrule: "", most_per_day: null } as const;

describe("what is told of a medicine", () => {
  it("says when it is due, or the words that were written", () => {
    expect(scheduleText({ ...times, times: [...times.times] }, "twice daily")).toBe("08:00, 20:00");
    expect(scheduleText(null, "as the doctor says")).toBe("as the doctor says");
    expect(scheduleText({ kind: "as_needed", times: [], rrule: "", most_per_day: 4 }, "")).toBe("as needed, at most 4 a day");
    expect(scheduleText({ kind: "rrule", times: ["08:00"], rrule: "FREQ=WEEKLY", most_per_day: null }, "")).toBe("08:00, FREQ=WEEKLY");
  });

  it("tells times on the patient's clock, on both sides of a change of the clocks", () => {
    expect(clockText("2026-03-28T07:00:00Z", "Europe/Berlin")).toBe("08:00");
    expect(clockText("2026-03-30T06:00:00Z", "Europe/Berlin")).toBe("08:00");
  });

  it("tells a share only where something was due", () => {
    expect(shareText(null)).toBe("–");
    expect(shareText(0.845)).toBe("85 %");
  });

  it("lets a missed dose be recorded still", () => {
    expect([isOpen({ state: "missed" }), isOpen({ state: "due" }), isOpen({ state: "taken" })]).toEqual([true, true, false]);
  });
});

describe("what happened to a medicine", () => {
  const event = { kind: "status", actor: "Ama Owusu", from_status: "active", to_status: "paused", reason: "it itches", changes: {} };

  it("is told with who and why", () => {
    expect(eventText(event)).toBe("From active to paused, by Ama Owusu: it itches");
    expect(eventText({ ...event, kind: "changed", actor: "", reason: "", changes: { end_date: [null, "2026-01-01"] } })).toBe("Changed end date");
  });

  it("is told by its name where it is of a new kind", () => {
    expect(eventText({ ...event, kind: "moved", reason: "" })).toBe("moved, by Ama Owusu");
  });
});
