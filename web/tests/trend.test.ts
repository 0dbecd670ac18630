import { describe, expect, it } from "vitest";
import { axisRange, breaks, isolated, toColumns, withReading } from "../src/lib/trend";
import { trend } from "./make";

describe("gaps", () => {
  it("breaks the line where readings stop, and nowhere else", () => {
    const [x, max, min, mean] = toColumns(trend([0, 10_000, 20_000, 90_000, 100_000], [70, 71, 72, 73, 74]));
    expect(mean).toEqual([70, 71, 72, null, 73, 74]);
    expect(max?.[3]).toBeNull();
    expect(min?.[3]).toBeNull();
    expect(x).toEqual([0, 10, 20, 55, 90, 100]);
  });

  it("takes a slow rhythm for what it is: pressure every quarter of an hour is no gap", () => {
    const quarters = [0, 1, 2, 3].map((i) => i * 900_000);
    expect(toColumns(trend(quarters, [1, 2, 3, 4]))[3]).toEqual([1, 2, 3, 4]);
  });

  it("keeps the line of a slow history beside a quick present", () => {
    const slow = [0, 1, 2, 3].map((i) => i * 300_000);
    const quick = Array.from({ length: 30 }, (_, i) => 1_000_000 + i * 2_000);
    expect(breaks({ t: [...slow, ...quick], resolution_seconds: 2 })).not.toContain(true);
    const later = quick.map((time) => time + 800_000);
    const found = breaks({ t: [...slow, ...later], resolution_seconds: 2 });
    expect(found.indexOf(true)).toBe(slow.length);
    expect(found.filter(Boolean)).toHaveLength(1);
  });

  it("does not join a lone reading to either side of a gap", () => {
    const t = [0, 10_000, 20_000, 400_000, 900_000, 910_000, 920_000];
    expect(breaks({ t, resolution_seconds: 10 }).filter(Boolean)).toHaveLength(2);
  });

  it("holds x strictly increasing, as uPlot needs it", () => {
    const [x] = toColumns(trend([0, 100_000, 110_000, 500_000], [1, 2, 3, 4]));
    expect(x.every((value, i) => i === 0 || value > (x[i - 1] ?? 0))).toBe(true);
  });

  it("has nothing to say about nothing", () => {
    expect(toColumns(trend([], []))).toEqual([[], [], [], []]);
  });

  it("finds the points that no line reaches", () => {
    expect(isolated([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(isolated([])).toEqual([]);
  });
});

describe("a live reading", () => {
  const known = trend([0, 10_000], [70, 80]);

  it("opens a new bucket", () => {
    const next = withReading(known, 23_000, 90);
    expect(next.t).toEqual([0, 10_000, 20_000]);
    expect(next.mean.at(-1)).toBe(90);
    expect(next.n.at(-1)).toBe(1);
  });

  it("folds into the last bucket by its weight", () => {
    const next = withReading(known, 19_999, 95);
    expect(next.t).toEqual(known.t);
    expect(next.mean.at(-1)).toBe(85);
    expect(next.max.at(-1)).toBe(95);
    expect(next.min.at(-1)).toBe(79);
    expect(next.n.at(-1)).toBe(3);
  });

  it("leaves what is older to the server and the given trend untouched", () => {
    expect(withReading(known, 9_000, 200)).toBe(known);
    withReading(known, 19_000, 200);
    expect(known.mean).toEqual([70, 80]);
  });

  it("is the first of an empty trend", () => {
    expect(withReading(trend([], []), 12_345, 60).t).toEqual([10_000]);
  });
});

describe("the value axis", () => {
  it("does not blow noise up", () => {
    expect(axisRange(70, 71, 30)).toEqual([55.5, 85.5]);
  });

  it("does not show more than can be", () => {
    expect(axisRange(97, 99, 8, 100)).toEqual([92, 100]);
    expect(axisRange(70, 100, 8, 100)).toEqual([67.6, 100]);
  });

  it("does not go below nothing", () => {
    expect(axisRange(0, 10, 50)).toEqual([0, 50]);
  });

  it("has a range without values", () => {
    expect(axisRange(null, null, 30)).toEqual([0, 30]);
  });
});
