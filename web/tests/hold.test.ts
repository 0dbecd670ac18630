import { describe, expect, it } from "vitest";
import { DEAD_MS, HOLD_AT_MOST_MS, HOLD_MS, heldUntil, holdOrder, isDead } from "../src/lib/hold";
import { newHighAlarms, sortAlarms } from "../src/lib/alarms";
import { alarm } from "./make";

describe("rows after an acknowledgement", () => {
  const first = alarm({ id: "first", activated_at: "2026-11-22T10:02:00Z" });
  const second = alarm({ id: "second", activated_at: "2026-11-22T10:01:00Z" });
  const answered = alarm({ ...first, state: "active_acknowledged", acknowledged_at: "2026-11-22T10:03:00Z" });
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  it("would change places without a hold, and keep them with it", () => {
    const sorted = sortAlarms([answered, second]);
    expect(ids(holdOrder(null, sorted))).toEqual(["second", "first"]);
    const rows = holdOrder([first, second], sorted);
    expect(ids(rows)).toEqual(["first", "second"]);
    expect(rows[0]?.state).toBe("active_acknowledged");
  });

  it("keeps the place of one that has closed, as it is now or as it last was", () => {
    const closed = alarm({ ...first, state: "closed" });
    const known = holdOrder([first, second], [second], (id) => (id === "first" ? closed : undefined));
    expect(known.map(({ state }) => state)).toEqual(["closed", "active_unacknowledged"]);
    expect(holdOrder([first, second], [second])[0]).toBe(first);
  });

  it("puts a new alarm where it moves nothing", () => {
    const fresh = alarm({ id: "fresh", priority: "high" });
    expect(ids(holdOrder([first, second], sortAlarms([fresh, first, second])))).toEqual(["first", "second", "fresh"]);
  });

  it("lets go some seconds after the last answer, and at last however many there are", () => {
    expect(heldUntil(0, 0)).toBe(HOLD_MS);
    expect(heldUntil(0, 3_000)).toBe(3_000 + HOLD_MS);
    expect(heldUntil(0, 9_000)).toBe(HOLD_AT_MOST_MS);
  });
});

describe("a button that comes to the pointer", () => {
  const box = { left: 100, top: 100, right: 200, bottom: 140 };
  const under = { at: 5_000, box, pointer: { x: 150, y: 120 } };

  it("is dead for a second", () => {
    expect(isDead(under, 5_000 + DEAD_MS - 1)).toBe(true);
    expect(isDead(under, 5_000 + DEAD_MS)).toBe(false);
  });

  it("is alive for a pointer that was elsewhere, and where there is none", () => {
    expect(isDead({ ...under, pointer: { x: 600, y: 120 } }, 5_100)).toBe(false);
    expect(isDead({ ...under, pointer: null }, 5_100)).toBe(false);
  });

  it("counts a pointer just beside it: that one was on its way", () => {
    expect(isDead({ ...under, pointer: { x: 210, y: 120 } }, 5_100)).toBe(true);
  });
});

describe("what is read out", () => {
  it("is a new high alarm, not those that the page found, and each once", () => {
    const old = alarm({ id: "old", priority: "high" });
    const medium = alarm({ id: "medium" });
    const fresh = alarm({ id: "fresh", priority: "high" });
    const first = newHighAlarms(null, [old, medium]);
    expect(first).toEqual({ ids: ["old"], announce: [] });
    expect(newHighAlarms(new Set(first.ids), [old, medium, fresh]).announce).toEqual([fresh]);
    expect(newHighAlarms(new Set(["old", "fresh"]), [old, fresh]).announce).toEqual([]);
  });
});
