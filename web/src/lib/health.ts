import type { ChartData, MetricSummary, MetricTrend, Trend } from "../api/types";
import { unitText, valueText } from "./metrics";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

const ARROWS: Record<MetricTrend["direction"], string> = { rising: "↗", falling: "↘", steady: "→" };

/** "↗ +0.42 a day (95 %: +0.1 to +0.8)"; null while days are too few. */
export function trendText(trend: MetricTrend | null): { arrow: string; word: string; detail: string } | null {
  if (!trend) return null;
  const { direction, per_day, low, high } = trend;
  const detail = `${signed(per_day)} a day (95 %: ${signed(low)} to ${signed(high)})`;
  return { arrow: ARROWS[direction], word: direction === "steady" ? "no clear trend" : direction, detail };
}

/** Three digits that count, with their sign; never "-0". */
export function signed(value: number): string {
  const text = Number(value.toPrecision(2)).toString();
  if (Number(text) === 0) return "0";
  return value > 0 ? `+${text}` : text.replace("-", "−");
}

/** "72 /min on average"; a day's steps; "–" where only today has any. */
export function meanText({ metric, mean, unit }: MetricSummary): string {
  if (metric === "steps") return mean === null ? "–" : `${Math.round(mean).toLocaleString()} a day`;
  return `${valueText(metric, mean)} ${unitText(unit)}`;
}

/** A report's hours or days as a trend, so that one kind of chart draws both; steps by their sum. */
export function chartTrend(chart: ChartData, patient: string): Trend {
  const { t, n, total } = chart;
  const [mean, min, max] = total ? [total, total, total] : [chart.mean, chart.min, chart.max];
  const resolution_seconds = (chart.resolution === "day" ? DAY_MS : HOUR_MS) / 1000;
  return { patient, metric: chart.metric, unit: chart.unit, resolution_seconds, t, mean, min, max, n, diastolic: null };
}

/** First and last instant of all charts, so that they share their axis. */
export function chartWindow(charts: readonly ChartData[]): [number, number] {
  const step = charts[0]?.resolution === "day" ? DAY_MS : HOUR_MS;
  const times = charts.flatMap(({ t }) => [t[0] ?? Number.POSITIVE_INFINITY, t.at(-1) ?? Number.NEGATIVE_INFINITY]);
  if (times.length === 0) return [0, step];
  return [Math.min(...times) - step / 2, Math.max(...times) + step];
}

/** "16:30" of hours since midnight. */
export function hourText(hours: number): string {
  const minutes = Math.round(hours * 60) % 1440;
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}
