import { useMemo, useState, useSyncExternalStore } from "react";
import type { Alarm, Span, Vitals } from "../api/types";
import { since } from "../lib/alarms";
import { useNow } from "../lib/clock";
import { CHART_METRICS, seriesOf } from "../lib/metrics";
import { SPANS, SPAN_MS } from "../lib/time";
import { useTrends } from "../live/use-trends";
import type { Episode } from "./chart-options";
import { Loading, Message } from "./message";
import { TrendChart } from "./trend-chart";

const LEGEND = [
  ["line", "mean"],
  ["band", "least to most"],
  ["normal", "scores 0 in NEWS2"],
  ["alarm", "alarm"],
] as const;

const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");

export function useTheme(): string {
  return useSyncExternalStore(
    (tell) => {
      dark.addEventListener("change", tell);
      return () => dark.removeEventListener("change", tell);
    },
    () => (dark.matches ? "dark" : "light"),
  );
}

const CHART_SERIES = CHART_METRICS.flatMap(seriesOf);

/** What is around the charts of a page, and around each chart, in pixels. */
const AROUND_STACK = 345;
const AROUND_CHART = 23;
/** A curve of ninety pixels, and what is above and below it. */
const LEAST_PLOT = 100;

/** As high as lets the whole stack be seen at once, if it can be read then. */
function usePlotHeight(charts: number): number {
  const room = useSyncExternalStore(
    (tell) => {
      window.addEventListener("resize", tell);
      return () => window.removeEventListener("resize", tell);
    },
    () => window.innerHeight,
  );
  return Math.min(190, Math.max(LEAST_PLOT, Math.floor((room - AROUND_STACK) / Math.max(1, charts)) - AROUND_CHART));
}

/** The time axis moves on by about a pixel at a time. */
function useWindow(span: Span): [number, number] {
  const now = useNow();
  const step = Math.max(1_000, SPAN_MS[span] / 1_000);
  const end = Math.ceil(now / step) * step;
  return useMemo(() => [end - SPAN_MS[span], end], [end, span]);
}

function episodesOf(alarms: readonly Alarm[], code: string, now: number): Episode[] {
  return alarms
    .filter(({ metric }) => metric !== null && seriesOf(code).includes(metric))
    .map((alarm) => ({
      from: Date.parse(since(alarm)) / 1000,
      to: (alarm.cleared_at ? Date.parse(alarm.cleared_at) : now) / 1000,
      priority: alarm.priority,
    }));
}

interface TrendStackProps {
  patient: string;
  vitals: Vitals;
  alarms: readonly Alarm[];
}

/** All charts of a patient, one time axis and one cursor. */
export function TrendStack({ patient, vitals, alarms }: TrendStackProps) {
  const [span, setSpan] = useState<Span>("1h");
  const trends = useTrends(patient, CHART_SERIES, span, vitals);
  const codes = CHART_METRICS.filter((code) =>
    seriesOf(code).some((series) => vitals[series] || trends.bySeries[series]?.t.length),
  );
  const shownTime = useWindow(span);
  const theme = useTheme();
  const height = usePlotHeight(codes.length);
  const first = Object.keys(trends.bySeries).length === 0;

  return (
    <section className="trends" aria-label="Trends">
      <div className="trends__head">
        <h2>Trends</h2>
        <div className="segments" role="group" aria-label="Time span">
          {SPANS.map((choice) => (
            <button key={choice} type="button" aria-pressed={choice === span} onClick={() => setSpan(choice)}>
              {choice}
            </button>
          ))}
        </div>
      </div>
      {codes.length === 0 && !trends.loading && !trends.error && (
        <Message title="No measurements in this span">
          <p>Choose a longer one, or wait: charts appear with the first reading of a device.</p>
        </Message>
      )}
      {trends.error && (
        <Message title="The trends cannot be shown" tone="error" onRetry={trends.retry}>
          <p>{trends.error}</p>
        </Message>
      )}
      {first && trends.loading ? (
        <Loading rows={5} label="Loading the trends" />
      ) : (
        codes.length > 0 && (
          <div className={`trends__charts ${trends.loading ? "trends__charts--loading" : ""}`} aria-busy={trends.loading}>
            {codes.map((code, i) => (
              <TrendChart
                key={code}
                code={code}
                trends={trends.bySeries}
                window={shownTime}
                episodes={episodesOf(alarms, code, shownTime[1])}
                height={height}
                showTime={i === codes.length - 1}
                theme={theme}
              />
            ))}
            <p className="trends__legend">
              {LEGEND.map(([key, label]) => (
                <span key={key}>
                  <span className={`key key--${key}`} /> {label}
                </span>
              ))}
            </p>
          </div>
        )
      )}
    </section>
  );
}
