import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countUnacknowledged, hasCalled, isOpen, keepNewer, needsAcknowledgement, sortAlarms } from "../src/lib/alarms";
import { backoffMs } from "../src/live/backoff";
import { LiveStore } from "../src/live/store";
import { keepStream } from "../src/live/stream";
import type { Connection } from "../src/live/stream";
import { alarm, boardRow } from "./make";

describe("alarms", () => {
  it("keeps an acknowledgement against a report that is late", () => {
    const before = alarm({ id: "a" });
    const after = { ...before, state: "active_acknowledged" as const, acknowledged_at: "2026-11-22T10:01:00Z", version: 2 };
    expect(keepNewer(after, before)).toBe(after);
    expect(keepNewer(before, after)).toBe(after);
    const closed = { ...after, state: "closed" as const, closed_at: "2026-11-22T10:02:00Z", version: 3 };
    expect(keepNewer(closed, after)).toBe(closed);
    const reopened = { ...closed, state: "latched" as const, closed_at: null, version: 4 };
    expect(keepNewer(closed, reopened)).toBe(reopened);
  });

  it("lists the most pressing first and the closed last", () => {
    const order = [
      alarm({ id: "closed", priority: "high", state: "closed", activated_at: "2026-11-22T11:00:00Z" }),
      alarm({ id: "low", priority: "low" }),
      alarm({ id: "high acknowledged", priority: "high", state: "active_acknowledged" }),
      alarm({ id: "high", priority: "high" }),
      alarm({ id: "high newer", priority: "high", activated_at: "2026-11-22T10:30:00Z" }),
    ];
    const ids = sortAlarms(order).map(({ id }) => id);
    expect(ids).toEqual(["high newer", "high", "high acknowledged", "low", "closed"]);
  });

  it("asks for an answer only once an alarm is raised", () => {
    const pending = alarm({ state: "pending", activated_at: null });
    expect(needsAcknowledgement(pending) || isOpen(pending) || hasCalled(pending)).toBe(false);
    expect(hasCalled(alarm({ state: "closed", activated_at: null, retrospective: true }))).toBe(true);
    expect(needsAcknowledgement(alarm({ state: "latched" }))).toBe(true);
    expect(countUnacknowledged([alarm({}), alarm({ state: "closed" })])).toEqual({ high: 0, medium: 1, low: 0 });
  });
});

describe("the live store", () => {
  it("applies what arrives during a fetch on top of it", async () => {
    const store = new LiveStore();
    const old = boardRow({ id: "p", name: "Before" });
    const fresh = boardRow({ id: "p", name: "After" });
    await store.load(() => {
      store.apply({ row: fresh });
      return Promise.resolve({ rows: [old], alarms: [] });
    });
    expect(store.get().board?.get("p")?.patient.name).toBe("After");
  });

  it("fetches once more when asked during a fetch", async () => {
    const store = new LiveStore();
    const fetch = vi.fn(() => Promise.resolve({ rows: [], alarms: [] }));
    await Promise.all([store.load(fetch), store.load(fetch), store.load(fetch)]);
    expect(fetch).toHaveBeenCalledTimes(2);
    await store.load(fetch);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("keeps what it shows when a fetch fails, and says so", async () => {
    const store = new LiveStore();
    await store.load(() => Promise.resolve({ rows: [boardRow({ id: "p" })], alarms: [] }));
    await store.load(() => Promise.reject(new Error("away")));
    expect(store.get().board?.size).toBe(1);
    expect(store.get().error).toBe("away");
    await store.load(() => Promise.resolve({ rows: [], alarms: [] }));
    expect(store.get().error).toBeNull();
  });

  it("drops an alarm that closed unseen but keeps one that was seen closing", async () => {
    const store = new LiveStore();
    const gone = alarm({ id: "gone" });
    await store.load(() => Promise.resolve({ rows: [], alarms: [gone, alarm({ id: "closing" })] }));
    store.apply({ alarm: alarm({ id: "closing", state: "closed", closed_at: "2026-11-22T10:05:00Z" }) });
    store.flush();
    await store.load(() => Promise.resolve({ rows: [], alarms: [] }));
    expect([...(store.get().alarms?.keys() ?? [])]).toEqual(["closing"]);
  });

  it("draws many changes at once", () => {
    vi.useFakeTimers();
    const store = new LiveStore();
    const draw = vi.fn();
    store.subscribe(draw);
    for (let i = 0; i < 50; i++) store.apply({ alarm: alarm({}) });
    expect(draw).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(draw).toHaveBeenCalledTimes(1);
    expect(store.get().alarms?.size).toBe(50);
    vi.useRealTimers();
  });
});

describe("backoff", () => {
  it("doubles up to half a minute and is partly random", () => {
    expect([1, 2, 3, 9].map((attempt) => backoffMs(attempt, () => 1))).toEqual([1000, 2000, 4000, 30_000]);
    expect(backoffMs(3, () => 0)).toBe(2000);
  });
});

function streamOf(...chunks: string[]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  return new Response(body);
}

describe("the event stream", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("window", new EventTarget());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("reads events split anywhere, and connects again when the stream ends", async () => {
    const events: [string, string][] = [];
    const states: Connection["state"][] = [];
    const open = vi
      .fn<() => Promise<Response>>()
      .mockResolvedValueOnce(streamOf("event: rea", "dy\ndata: {}\n\n: ping\n\nevent: board\nda", 'ta: {"a":1}\n\n'))
      .mockRejectedValueOnce(new Error("refused"))
      .mockResolvedValueOnce(streamOf("event: ready\ndata: {}\n\n"))
      .mockImplementation(() => new Promise(() => undefined));
    const stop = keepStream({
      open,
      onEvent: (name, data) => events.push([name, data]),
      onConnection: ({ state }) => states.push(state),
    });
    await vi.advanceTimersByTimeAsync(10_000);
    stop();
    expect(events).toEqual([["ready", "{}"], ["board", '{"a":1}'], ["ready", "{}"]]);
    expect(states.slice(0, 5)).toEqual(["connecting", "live", "reconnecting", "reconnecting", "live"]);
  });

  it("takes silence for a dead connection", async () => {
    const aborted = vi.fn();
    const open = (signal: AbortSignal) => {
      signal.addEventListener("abort", aborted);
      const body = new ReadableStream({
        start(controller) {
          signal.addEventListener("abort", () => controller.error(signal.reason));
        },
      });
      return Promise.resolve(new Response(body));
    };
    const stop = keepStream({ open, onEvent: () => undefined, onConnection: () => undefined });
    await vi.advanceTimersByTimeAsync(19_000);
    expect(aborted).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(aborted).toHaveBeenCalled();
    stop();
  });

  it("renews a stream that the server ended in good order without a word", async () => {
    let finish = (): void => undefined;
    const open = vi.fn(() => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("event: ready\ndata: {}\n\n"));
          finish = () => controller.close();
        },
      });
      return Promise.resolve(new Response(body));
    });
    const states: Connection["state"][] = [];
    const stop = keepStream({ open, onEvent: () => undefined, onConnection: ({ state }) => states.push(state) });
    await vi.advanceTimersByTimeAsync(20_000);
    finish();
    await vi.advanceTimersByTimeAsync(10);
    expect(open).toHaveBeenCalledTimes(2);
    expect(states).toEqual(["connecting", "live", "live"]);
    stop();
  });

  it("does not wait any longer once the network is back", async () => {
    const open = vi.fn(() => Promise.reject(new Error("offline")));
    const stop = keepStream({ open, onEvent: () => undefined, onConnection: () => undefined });
    await vi.advanceTimersByTimeAsync(0);
    const tries = open.mock.calls.length;
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(open.mock.calls.length).toBe(tries + 1);
    stop();
  });
});
