import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveness, newestReading } from "../src/lib/liveness";
import { LiveStore } from "../src/live/store";
import { watchReady } from "../src/live/ready";
import { boardRow } from "./make";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const vital = (seconds: number) => ({ value: 1, unit: "/min", time: ago(seconds), received_at: ago(seconds), quality: 1, stale: false });

describe("whether the page is live", () => {
  const live = { state: "live" } as const;

  it("is not while nothing comes from any bed, however well it is connected", () => {
    expect(liveness(live, null, NOW - 60_000, NOW)).toEqual({ kind: "live" });
    expect(liveness(live, null, NOW - 61_000, NOW)).toEqual({ kind: "quiet", since: NOW - 61_000 });
  });

  it("says nothing about a board on which nobody is monitored", () => {
    expect(liveness(live, null, null, NOW)).toEqual({ kind: "live" });
    expect(liveness(live, null, NOW - 2 * 86_400_000, NOW)).toEqual({ kind: "live" });
  });

  it("names the gravest doubt", () => {
    const lost = { state: "reconnecting", since: NOW, retryAt: NOW + 1 } as const;
    expect(liveness(lost, NOW, NOW - 90_000, NOW).kind).toBe("lost");
    expect(liveness(live, NOW, NOW - 90_000, NOW).kind).toBe("unready");
    expect(liveness({ state: "connecting" }, null, NOW - 90_000, NOW).kind).toBe("connecting");
  });

  it("takes the newest reading of all monitors; a weight or a pressure is none of theirs", () => {
    const rows = [
      boardRow({}, { vitals: { heart_rate: vital(300), body_weight: vital(1) } }),
      boardRow({}, { vitals: { oxygen_saturation: vital(120), blood_pressure_systolic: vital(5) } }),
    ];
    expect(newestReading(rows)).toBe(NOW - 120_000);
    expect(newestReading([boardRow({})])).toBeNull();
  });
});

describe("asking the API whether it can work", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("goes on asking, and a failure to answer is an answer", async () => {
    const ask = vi.fn().mockResolvedValueOnce(true).mockRejectedValueOnce(new Error("away")).mockResolvedValue(true);
    const store = new LiveStore();
    const told: boolean[] = [];
    const stop = watchReady(ask, (ready) => {
      told.push(ready);
      store.setReady(ready);
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.get().unreadySince).not.toBeNull();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([true, false, true]);
    expect(store.get().unreadySince).toBeNull();
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(3);
  });
});
