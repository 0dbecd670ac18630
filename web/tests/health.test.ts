import { describe, expect, it } from "vitest";
import type { ChartData, MetricSummary, MetricTrend } from "../src/api/types";
import { chartTrend, chartWindow, hourText, meanText, signed, trendText } from "../src/lib/health";

const trend: MetricTrend = { direction: "rising", per_day: 0.4234, low: 0.1, high: 0.8, change: 12, days: 16, span_days: 29 };

const chart: ChartData = {
  metric: "steps",
  label: "Steps",
  unit: "{steps}",
  resolution: "day",
  t: [0, 86_400_000],
  mean: [10, 20],
  min: [1, 2],
  max: [30, 40],
  total: [4000, 5000],
  n: [5, 6],
  target: null,
};

describe("trends in words", () => {
  it("says direction and interval", () => {
    expect(trendText(trend)).toEqual({ arrow: "↗", word: "rising", detail: "+0.42 a day (95 %: +0.1 to +0.8)" });
    expect(trendText({ ...trend, direction: "steady" })?.word).toBe("no clear trend");
    expect(trendText(null)).toBeNull();
  });
  it("signs numbers, and nothing is minus nothing", () => {
    expect([signed(-0), signed(-0.034), signed(1234)]).toEqual(["0", "−0.034", "+1200"]);
  });
  it("counts steps by the day", () => {
    const steps = { metric: "steps", mean: 7654.4, unit: "{steps}" } as MetricSummary;
    expect(meanText(steps)).toMatch(/^7.?654 a day$/);
    expect(meanText({ ...steps, mean: null })).toBe("–");
    expect(meanText({ metric: "body_weight", mean: 80.25, unit: "kg" } as MetricSummary)).toBe("80.3 kg");
  });
});

describe("charts of a report", () => {
  it("draws sums of what is counted and means of what is measured", () => {
    expect(chartTrend(chart, "p").max).toEqual([4000, 5000]);
    expect(chartTrend({ ...chart, total: null }, "p")).toMatchObject({ mean: [10, 20], max: [30, 40], resolution_seconds: 86_400 });
  });
  it("shares one axis", () => {
    expect(chartWindow([chart, { ...chart, t: [172_800_000] }])).toEqual([-43_200_000, 259_200_000]);
    expect(chartWindow([])).toEqual([0, 3_600_000]);
  });
  it("tells the hour of a day, midnight after the last minute", () => {
    expect([hourText(16.5), hourText(23.999)]).toEqual(["16:30", "00:00"]);
  });
});
