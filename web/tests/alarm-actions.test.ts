import { describe, expect, it } from "vitest";
import { ApiClient, ApiError } from "../src/api/client";
import { act, actionsFor, conflictText, lengthText } from "../src/lib/alarm-actions";
import { EVERYTHING, isWanted, queryOf } from "../src/lib/alarm-filter";
import { draftOf, faultOf, originText, valuesOf } from "../src/lib/rules";
import { plotOf } from "../src/lib/why";
import type { EffectiveRule } from "../src/api/types";
import { SessionStore } from "../src/api/session";
import { alarm } from "./make";

const ME = { id: "me" };
const NOW = Date.parse("2026-11-22T12:00:00Z");

describe("what may be done about an alarm", () => {
  it("follows its state", () => {
    expect(actionsFor(alarm({}), ME, NOW)).toEqual(["assign", "snooze", "shelve", "notes"]);
    expect(actionsFor(alarm({ state: "latched" }), ME, NOW)).toContain("close");
    expect(actionsFor(alarm({ category: "technical" }), ME, NOW)).toContain("close");
    expect(actionsFor(alarm({ assignee: { id: "me", name: "Me" } }), ME, NOW)).not.toContain("assign");
    expect(actionsFor(alarm({ assignee: { id: "you", name: "You" } }), ME, NOW)).toEqual(expect.arrayContaining(["assign", "unassign"]));
    expect(actionsFor(alarm({ retrospective: true, state: "closed" }), ME, NOW)).toEqual(["notes"]);
  });

  it("ends a snooze that lasts and none that is over", () => {
    expect(actionsFor(alarm({ snoozed_until: "2026-11-22T12:10:00Z" }), ME, NOW)).toContain("unsnooze");
    expect(actionsFor(alarm({ snoozed_until: "2026-11-22T11:50:00Z" }), ME, NOW)).toContain("snooze");
  });

  it("reopens within a day", () => {
    const closed = (at: string) => actionsFor(alarm({ state: "closed", closed_at: at }), ME, NOW);
    expect(closed("2026-11-22T08:00:00Z")).toEqual(["reopen", "notes"]);
    expect(closed("2026-11-20T08:00:00Z")).toEqual(["notes"]);
  });

  it("is told plainly when somebody was faster", () => {
    expect(conflictText(new ApiError(412, "x"))).toMatchObject({ reload: true });
    expect(conflictText(new ApiError(409, "it is closed")).text).toContain("it is closed");
    expect(conflictText(new ApiError(0, "no network"))).toEqual({ text: "no network", reload: false });
  });

  it("names the version that was seen", async () => {
    const asked: RequestInit[] = [];
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: kept.set.bind(kept), removeItem: kept.delete.bind(kept) };
    const client = new ApiClient(new SessionStore(storage as unknown as Storage), (_, init) => {
      asked.push(init ?? {});
      return Promise.resolve(new Response("{}"));
    });
    await act(client, alarm({ version: 7 }), "snooze", { until: "x" });
    expect(asked[0]?.headers).toMatchObject({ "If-Match": '"7"' });
  });

  it("has lengths that people read", () => {
    expect([10, 90, 240, 10_080].map(lengthText)).toEqual(["10 min", "1.5 h", "4 h", "7 d"]);
  });
});

describe("which alarms are shown", () => {
  it("leaves out whom another alarm speaks for", () => {
    expect(isWanted(alarm({}), EVERYTHING, "me")).toBe(true);
    expect(isWanted(alarm({ parent_id: "storm" }), EVERYTHING, "me")).toBe(false);
  });

  it("narrows by state, priority, category and assignee", () => {
    const mine = alarm({ assignee: { id: "me", name: "Me" }, priority: "high", category: "technical" });
    const filter = { which: "waiting", priority: "high", category: "technical", mine: true } as const;
    expect(isWanted(mine, filter, "me")).toBe(true);
    expect(isWanted(mine, filter, "you")).toBe(false);
    expect(isWanted(mine, { ...filter, priority: "low" }, "me")).toBe(false);
    expect(isWanted(mine, { ...filter, which: "acknowledged" }, "me")).toBe(false);
    expect(queryOf({ ...filter, which: "shelved" })).toEqual({ state: "suppressed", priority: "high", category: "technical", assignee: "me" });
  });
});

const RULE: EffectiveRule = {
  condition: "heart_rate_high",
  title: "Heart rate high",
  metrics: ["heart_rate"],
  side: "high",
  unit: "/min",
  category: "physiological",
  least: 40,
  greatest: 250,
  rule_version: "patient:2",
  scope_version: 2,
  values: {
    enabled: { value: true, source: "builtin:1" },
    limit: { value: 120, source: "default:1" },
    severe_limit: { value: 150, source: "builtin:1" },
    delay_s: { value: 30, source: "patient:2" },
    priority: { value: "medium", source: "builtin:1" },
    hysteresis: { value: 3, source: "patient:2" },
  },
};

describe("a patient's rule", () => {
  it("keeps what was the patient's own and sends what changed", () => {
    expect(valuesOf(RULE, { ...draftOf(RULE), limit: "131,5" })).toEqual({ limit: 131.5, delay_s: 30, hysteresis: 3 });
  });

  it("gives back to the wider rule what is emptied", () => {
    expect(valuesOf(RULE, { ...draftOf(RULE), delay_s: "" })).toEqual({ hysteresis: 3 });
  });

  it("is not sent with a fault", () => {
    expect(faultOf(RULE, { ...draftOf(RULE), limit: "12o" })).toContain("number");
    expect(faultOf(RULE, { ...draftOf(RULE), limit: "300" })).toContain("250");
    expect(faultOf(RULE, draftOf(RULE))).toBeNull();
    expect(originText("builtin:1")).toBe("built in");
  });
});

describe("the plot of readings around an onset", () => {
  it("holds readings and limits, and marks the onset", () => {
    const times = ["2026-11-22T11:59:00Z", "2026-11-22T12:00:00Z", "2026-11-22T12:01:00Z"];
    const plot = plotOf({ times, values: [90, 86, 85] }, [88], NOW, { width: 100, height: 50 });
    expect(plot?.onset).toBe(50);
    expect(plot?.points[0]?.[1]).toBeLessThan(plot?.limits[0]?.y ?? 0);
    expect(plot?.points.every(([x, y]) => x >= 0 && x <= 100 && y >= 0 && y <= 50)).toBe(true);
    expect([plot?.low, plot?.high]).toEqual([85, 90]);
  });

  it("is none without readings", () => {
    expect(plotOf({ times: [], values: [] }, [88], NOW, { width: 100, height: 50 })).toBeNull();
  });
});
