import type { WhySeries } from "../api/types";

export interface Plot {
  points: [number, number][];
  limits: { y: number; value: number }[];
  /** Where the condition began; null where that is outside. */
  onset: number | null;
  from: number;
  to: number;
  low: number;
  high: number;
}

const PAD = 14;

/** Places of readings and limits in a picture; null without readings. */
export function plotOf(series: Pick<WhySeries, "times" | "values">, limits: readonly number[], onset_ms: number, size: { width: number; height: number }): Plot | null {
  const times = series.times.map((time) => Date.parse(time));
  const [from, to] = [times[0], times.at(-1)];
  if (from === undefined || to === undefined) return null;
  const shown = [...series.values, ...limits];
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const spread = most - least || 1;
  const round = (value: number) => Math.round(value * 10) / 10;
  const x = (ms: number) => round(to === from ? size.width / 2 : ((ms - from) / (to - from)) * size.width);
  const y = (value: number) => round(size.height - PAD - ((value - least) / spread) * (size.height - 2 * PAD));
  return {
    points: times.map((ms, index) => [x(ms), y(series.values[index] ?? least)]),
    limits: limits.map((value) => ({ y: y(value), value })),
    onset: onset_ms >= from && onset_ms <= to ? x(onset_ms) : null,
    from,
    to,
    low: Math.min(...series.values),
    high: Math.max(...series.values),
  };
}
