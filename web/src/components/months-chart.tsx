import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { monthStart, monthText } from "../lib/months";
import { useTheme } from "./trend-stack";

export interface MonthSeries {
  name: string;
  values: number[];
  /** Custom property of the theme that names its colour. */
  color: string;
}

interface MonthsChartProps {
  label: string;
  /** YYYY-MM, in order. */
  months: string[];
  series: MonthSeries[];
}

const HEIGHT = 200;
const AXIS_WIDTH = 56;
const LABEL_WIDTH = 64;

function cssColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf(months: string[], series: MonthSeries[], width: number, onCursor: (index: number | null) => void): uPlot.Options {
  const font = `11px ${cssColor("--font")}`;
  const axis = { stroke: cssColor("--muted"), font, grid: { stroke: cssColor("--chart-grid"), width: 1 }, ticks: { show: false } };
  // Every month that has room for its name; uPlot's own steps know no months.
  const step = Math.max(1, Math.ceil(months.length / Math.max(1, (width - AXIS_WIDTH) / LABEL_WIDTH)));
  const named = months.filter((_, index) => index % step === 0).map(monthStart);
  return {
    width,
    height: HEIGHT,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1, high) * 1.1] } },
    series: [{}, ...series.map(({ color }) => ({ stroke: cssColor(color), width: 1.8, points: { show: true, size: 6, fill: cssColor(color) } }))],
    axes: [
      { ...axis, splits: () => named, values: (_plot, splits) => splits.map((seconds) => monthText(seconds)) },
      { ...axis, size: AXIS_WIDTH, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000] },
    ],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
}

/** Figures by month as lines; what is under the cursor, or the last month, stands above. */
export function MonthsChart({ label, months, series }: MonthsChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const theme = useTheme();
  const drawn = JSON.stringify([months, series]);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const [x, lines] = JSON.parse(drawn) as [string[], MonthSeries[]];
    const data: uPlot.AlignedData = [x.map(monthStart), ...lines.map((line) => line.values)];
    let plot = new uPlot(optionsOf(x, lines, element.clientWidth, setCursor), data, element);
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === plot.width) return;
      plot.destroy();
      plot = new uPlot(optionsOf(x, lines, element.clientWidth, setCursor), data, element);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
    // The theme is a reason to draw anew: colours are read when the chart is made.
  }, [drawn, theme]);
  const at = cursor ?? months.length - 1;
  const month = months[at];
  const text = month === undefined ? "" : `${monthText(monthStart(month))}: ${series.map((line) => `${line.name} ${line.values[at] ?? 0}`).join(", ")}`;
  return (
    <figure className="chart" data-points={months.length}>
      <figcaption className="chart__head">
        <span className="chart__title">{label}</span>
        {series.length > 1 && (
          <span className="months__legend">
            {series.map((line) => (
              <span key={line.name}>
                <i style={{ background: `var(${line.color})` }} aria-hidden="true" /> {line.name}
              </span>
            ))}
          </span>
        )}
        <span className="chart__readout">{text}</span>
      </figcaption>
      <div className="chart__plot" ref={holder} role="img" aria-label={`${label} by month. ${text}`} />
    </figure>
  );
}
