import uPlot from "uplot";
import type { Priority } from "../api/types";
import { axisRange, isolated } from "../lib/trend";

/** An alarm's time on a chart, in seconds since 1970. */
export interface Episode {
  from: number;
  to: number;
  priority: Priority;
}

export interface ChartSpec {
  /** Trends drawn together: 1, or 2 for blood pressure. */
  lines: number;
  normal: readonly [number, number] | undefined;
  minSpan: number;
  most: number | undefined;
  showTime: boolean;
  syncKey: string;
  /** Read anew at every drawing. */
  window: () => [number, number];
  episodes: () => readonly Episode[];
  onCursor: (index: number | null) => void;
}

const EPISODE_HEIGHT = 4;
const AXIS_WIDTH = 46;
const TIME_AXIS_HEIGHT = 26;

function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const hourMinute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

/** Clock times, and the date where a day begins or steps are days. */
function timeLabels(splits: number[], step: number): string[] {
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0;
    return (midnight || step >= 86_400 ? dayMonth : hourMinute).format(date);
  });
}

/** The range in which nothing is scored, behind everything. */
function drawNormal(plot: uPlot, [low, high]: readonly [number, number]): void {
  const { ctx, bbox } = plot;
  const top = Math.max(bbox.top, plot.valToPos(high, "y", true));
  const bottom = Math.min(bbox.top + bbox.height, plot.valToPos(low, "y", true));
  if (bottom <= top) return;
  ctx.fillStyle = cssColor("--chart-normal");
  ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
}

function drawEpisodes(plot: uPlot, episodes: readonly Episode[]): void {
  const { ctx, bbox } = plot;
  const clamp = (x: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  for (const { from, to, priority } of episodes) {
    const [left, right] = [clamp(plot.valToPos(from, "x", true)), clamp(plot.valToPos(to, "x", true))];
    if (right <= bbox.left || left >= bbox.left + bbox.width) continue;
    ctx.fillStyle = cssColor(`--${priority}`);
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), EPISODE_HEIGHT * devicePixelRatio);
  }
}

/** Columns per line are max, min, mean; the band lies between the first two. */
function seriesFor(lines: number): uPlot.Series[] {
  const series: uPlot.Series[] = [{}];
  for (let line = 0; line < lines; line++) {
    const stroke = cssColor(line === 0 ? "--chart-line" : "--chart-line-2");
    const edge: uPlot.Series = { points: { show: false }, stroke: "transparent", width: 0 };
    const dots: uPlot.Series.Points = {
      show: true,
      size: 4,
      fill: stroke,
      stroke,
      filter: (plot, index) => isolated(plot.data[index] as (number | null)[]),
    };
    series.push(edge, { ...edge }, { stroke, width: 1.6, points: dots });
  }
  return series;
}

/** What uPlot needs for one chart of the stack; colours are those of the theme now in force. */
export function chartOptions(spec: ChartSpec, width: number, height: number): uPlot.Options {
  const text = cssColor("--muted");
  const grid = { stroke: cssColor("--chart-grid"), width: 1 };
  const font = `11px ${cssColor("--font")}`;
  const band = cssColor("--chart-band");
  return {
    width,
    height,
    padding: [6, 10, spec.showTime ? 0 : 4, 0],
    legend: { show: false },
    cursor: { sync: { key: spec.syncKey }, drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => spec.window() },
      y: { range: (_plot, low, high) => axisRange(low, high, spec.minSpan, spec.most) },
    },
    series: seriesFor(spec.lines),
    bands: Array.from({ length: spec.lines }, (_, line) => ({
      series: [1 + line * 3, 2 + line * 3] as [number, number],
      fill: band,
    })),
    axes: [
      {
        size: spec.showTime ? TIME_AXIS_HEIGHT : 0,
        stroke: text,
        font,
        grid,
        ticks: { show: false },
        space: 70,
        values: (_plot, splits, _axis, _space, step) => (spec.showTime ? timeLabels(splits, step) : splits.map(() => "")),
      },
      { size: AXIS_WIDTH, stroke: text, font, grid, ticks: { show: false }, space: 18 },
    ],
    hooks: {
      drawClear: [(plot) => spec.normal && drawNormal(plot, spec.normal)],
      draw: [(plot) => drawEpisodes(plot, spec.episodes())],
      setCursor: [(plot) => spec.onCursor(plot.cursor.idx ?? null)],
    },
  };
}
