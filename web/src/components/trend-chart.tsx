import { useEffect, useMemo, useRef, useState } from "react";
import uPlot from "uplot";
import type { Trend } from "../api/types";
import { metricInfo, seriesOf, unitText, valueText } from "../lib/metrics";
import { clockText, momentText } from "../lib/time";
import { toColumns } from "../lib/trend";
import { chartOptions } from "./chart-options";
import type { Episode } from "./chart-options";

const TIME_AXIS_HEIGHT = 26;
const SYNC_KEY = "trends";
const HALF_DAY_MS = 43_200_000;

interface TrendChartProps {
  code: string;
  trends: Readonly<Record<string, Trend>>;
  /** In milliseconds since 1970: the same for every chart of the stack. */
  window: readonly [number, number];
  episodes: readonly Episode[];
  height: number;
  showTime: boolean;
  theme: string;
  /** Shaded instead of what scores 0 in NEWS2. */
  range?: readonly [number, number] | undefined;
}

function useColumns(code: string, trends: Readonly<Record<string, Trend>>): uPlot.AlignedData {
  const parts = seriesOf(code).map((series) => trends[series]);
  return useMemo(() => {
    const tables = parts.map((trend) => (trend ? toColumns(trend) : [[], [], [], []]) as uPlot.AlignedData);
    return tables.length === 1 && tables[0] ? tables[0] : uPlot.join(tables);
    // The parts are compared one by one: their number never changes.
  }, parts);
}

/** "72 (68–80) · 10:42:10" under the cursor, or the newest value. */
function readout(code: string, data: uPlot.AlignedData, index: number | null, wide: boolean): string | null {
  const at = index ?? data[0].length - 1;
  const x = data[0][at];
  if (x === undefined) return null;
  const parts = seriesOf(code).map((series, line) => {
    const [max, min, mean] = [1, 2, 3].map((column) => data[column + line * 3]?.[at]);
    if (mean === null || mean === undefined) return null;
    const [low, high] = [valueText(series, min), valueText(series, max)];
    return low === high ? valueText(series, mean) : `${valueText(series, mean)} (${low}–${high})`;
  });
  const text = parts.some((part) => part !== null) ? parts.map((part) => part ?? "–").join(" / ") : "no data";
  return `${text} · ${wide ? momentText(x * 1000) : clockText(x * 1000)}`;
}

/** One metric: the mean as a line, least to most as a band, gaps left open. */
export function TrendChart({ code, trends, window, episodes, height, showTime, theme, range }: TrendChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const data = useColumns(code, trends);
  const shown = useRef({ window, episodes, data });
  shown.current = { window, episodes, data };
  const info = metricInfo(code);
  const [low, high] = range ?? [];

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const outer = height + (showTime ? TIME_AXIS_HEIGHT : 0);
    const options = chartOptions(
      {
        lines: seriesOf(code).length,
        normal: low === undefined || high === undefined ? info.normal : [low, high],
        minSpan: info.minSpan,
        most: info.most,
        showTime,
        syncKey: SYNC_KEY,
        window: () => [shown.current.window[0] / 1000, shown.current.window[1] / 1000],
        episodes: () => shown.current.episodes,
        onCursor: setCursor,
      },
      element.clientWidth,
      outer,
    );
    const created = new uPlot(options, shown.current.data, element);
    plot.current = created;
    const observer = new ResizeObserver(() => created.setSize({ width: element.clientWidth, height: outer }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = null;
    };
    // The theme is a reason to draw anew: colours are read when the chart is made.
  }, [code, info, height, showTime, theme, low, high]);

  const [from, to] = window;
  useEffect(() => {
    plot.current?.setData(data);
  }, [data, from, to, episodes]);

  const unit = seriesOf(code).map((series) => trends[series]?.unit).find(Boolean);
  const text = readout(code, data, cursor, to - from > HALF_DAY_MS);
  return (
    <figure className="chart" data-metric={code} data-points={data[0].length}>
      <figcaption className="chart__head">
        <span className="chart__title">{info.label}</span>
        <span className="chart__unit">{unitText(unit)}</span>
        <span className="chart__readout">{text ?? "No measurements in this span"}</span>
      </figcaption>
      <div className="chart__plot" ref={holder} role="img" aria-label={`${info.label} over time. Newest: ${text ?? "none"}`} />
    </figure>
  );
}
