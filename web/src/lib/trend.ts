import type { Trend } from "../api/types";

/** x in seconds since 1970 (uPlot's unit), then max, min and mean; null where nothing was measured. */
export type Columns = [number[], ...(number | null)[][]];

/** So many usual steps without a reading are a gap. */
const GAP_STEPS = 2.5;

/**
 * Whether the line breaks before each reading. A step is too long when it is so beside the usual
 * step of the trend and beside two steps on either side: a month sent every five minutes and an
 * hour sent every two seconds each keep their line, and a lone reading in a gap joins nothing.
 */
export function breaks({ t, resolution_seconds }: Pick<Trend, "t" | "resolution_seconds">): boolean[] {
  const steps = t.map((time, i) => time - (t[i - 1] ?? time));
  const sorted = steps.slice(1).sort((a, b) => a - b);
  const usual = Math.max(sorted[Math.floor(sorted.length / 2)] ?? 0, resolution_seconds * 1000);
  // The first entry is no step; beyond either end the nearer of the two speaks alone.
  const at = (i: number) => (i > 0 ? steps[i] : undefined);
  const pair = (near: number, far: number) => Math.min(at(near) ?? 0, at(far) ?? Number.POSITIVE_INFINITY);
  return steps.map((step, i) => step > GAP_STEPS * Math.max(usual, pair(i - 1, i - 2), pair(i + 1, i + 2)));
}

/** A trend as uPlot columns [x, max, min, mean]; every gap holds one null so that the line breaks. */
export function toColumns(trend: Trend): Columns {
  const gap = breaks(trend);
  const x: number[] = [];
  const max: (number | null)[] = [];
  const min: (number | null)[] = [];
  const mean: (number | null)[] = [];
  const push = (t: number, i: number | null) => {
    x.push(t / 1000);
    max.push(i === null ? null : (trend.max[i] ?? null));
    min.push(i === null ? null : (trend.min[i] ?? null));
    mean.push(i === null ? null : (trend.mean[i] ?? null));
  };
  trend.t.forEach((t, i) => {
    if (gap[i]) push((t + (trend.t[i - 1] ?? t)) / 2, null);
    push(t, i);
  });
  return [x, max, min, mean];
}

/**
 * The trend with one more reading, folded into its bucket as the server would do it. A reading from
 * before the last bucket is left to the next fetch.
 */
export function withReading(trend: Trend, time_ms: number, value: number): Trend {
  const width = Math.max(1, trend.resolution_seconds * 1000);
  const bucket = Math.floor(time_ms / width) * width;
  const last = trend.t.length - 1;
  const lastBucket = trend.t[last] ?? Number.NEGATIVE_INFINITY;
  if (bucket < lastBucket) return trend;
  if (bucket > lastBucket) {
    return {
      ...trend,
      t: [...trend.t, bucket],
      mean: [...trend.mean, value],
      min: [...trend.min, value],
      max: [...trend.max, value],
      n: [...trend.n, 1],
    };
  }
  const n = trend.n[last] ?? 0;
  const total = (trend.mean[last] ?? 0) * n + value;
  return {
    ...trend,
    mean: trend.mean.with(last, total / (n + 1)),
    min: trend.min.with(last, Math.min(trend.min[last] ?? value, value)),
    max: trend.max.with(last, Math.max(trend.max[last] ?? value, value)),
    n: trend.n.with(last, n + 1),
  };
}

/** Points with a gap on both sides: a line cannot show them, so they get a dot. */
export function isolated(values: readonly (number | null | undefined)[]): number[] {
  const found: number[] = [];
  values.forEach((value, i) => {
    const alone = (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null;
    if (value !== null && value !== undefined && alone) found.push(i);
  });
  return found;
}

/** Least and most of all values shown, widened to `minSpan` around their middle, within 0 and `most`. */
export function axisRange(
  low: number | null,
  high: number | null,
  minSpan: number,
  most = Number.POSITIVE_INFINITY,
): [number, number] {
  const [from, to] = low === null || high === null ? [0, 0] : [low, high];
  const pad = Math.max((to - from) * 0.08, (minSpan - (to - from)) / 2);
  const bottom = from - pad;
  if (to + pad > most) return [Math.max(0, Math.min(bottom, most - minSpan)), most];
  return bottom < 0 ? [0, Math.max(to + pad, minSpan)] : [bottom, to + pad];
}
