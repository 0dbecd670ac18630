import { useState } from "react";
import type { ChartData, HealthReport, ReportPeriod } from "../api/types";
import { chartTrend, chartWindow } from "../lib/health";
import { saveFile } from "../lib/files";
import { useFetched } from "../lib/use-fetched";
import { useLive } from "../live/provider";
import { AdviceList } from "./insights";
import { Loading, Message } from "./message";
import { TrendChart } from "./trend-chart";
import { useTheme } from "./trend-stack";

const PERIODS: readonly (readonly [ReportPeriod, string])[] = [
  ["daily", "Day"],
  ["weekly", "Week"],
  ["monthly", "30 days"],
  ["yearly", "Year"],
];
const PATH = "/api/health-metrics/report/";
const PLOT_HEIGHT = 120;

/** Fetches a file with the session's token, which a plain link would not send. */
function Download({ patient, period, form, type }: { patient: string; period: ReportPeriod; form: "PDF" | "CSV"; type: string }) {
  const { client } = useLive();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const save = async () => {
    setState("busy");
    try {
      const { blob, name } = await client.file(PATH, { patient, period, format: form.toLowerCase() }, type);
      saveFile(blob, name);
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  return (
    <button type="button" className="button" disabled={state === "busy"} onClick={() => void save()}>
      {state === "busy" ? `Making ${form}…` : state === "failed" ? `${form} failed, try again` : `Download ${form}`}
    </button>
  );
}

function Charts({ charts, patient }: { charts: readonly ChartData[]; patient: string }) {
  const theme = useTheme();
  const window = chartWindow(charts);
  return (
    <div className="report__charts">
      {charts.map((chart) => (
        <TrendChart
          key={chart.metric}
          code={chart.metric}
          trends={{ [chart.metric]: chartTrend(chart, patient) }}
          window={window}
          episodes={[]}
          height={PLOT_HEIGHT}
          showTime
          theme={theme}
          range={chart.target ? [chart.target.low, chart.target.high] : undefined}
        />
      ))}
    </div>
  );
}

function Body({ report, patient }: { report: HealthReport; patient: string }) {
  const { summary, improvements, recommendations, metrics_chart_data } = report;
  if (summary.metrics.length === 0) return <p className="panel__empty">Nothing was measured in this period.</p>;
  return (
    <>
      <p className="report__about">
        {summary.since} to {summary.until} · days in {summary.time_zone} · measured on {summary.completeness.text}
      </p>
      {improvements.length > 0 && (
        <section aria-label="Improvements">
          <h3>Better than before</h3>
          <ul className="advice">
            {improvements.map((one) => (
              <li key={one.text}>{one.text}</li>
            ))}
          </ul>
        </section>
      )}
      {recommendations.length > 0 && (
        <section aria-label="Recommendations">
          <h3>What you can do</h3>
          <AdviceList advice={recommendations} />
        </section>
      )}
      <Charts charts={metrics_chart_data} patient={patient} />
    </>
  );
}

/** A report on a period, to read here or to take along. */
export function HealthReportPanel({ patient }: { patient: string }) {
  const [period, setPeriod] = useState<ReportPeriod>("monthly");
  const { data, error, loading, retry } = useFetched<HealthReport>(PATH, { patient, period });
  return (
    <section className="panel report" aria-label="Report" aria-busy={loading}>
      <div className="report__head">
        <h2>Report</h2>
        <div className="segments" role="group" aria-label="Period">
          {PERIODS.map(([value, label]) => (
            <button key={value} type="button" aria-pressed={period === value} onClick={() => setPeriod(value)}>
              {label}
            </button>
          ))}
        </div>
        <div className="report__files">
          <Download patient={patient} period={period} form="PDF" type="application/pdf" />
          <Download patient={patient} period={period} form="CSV" type="text/csv" />
        </div>
      </div>
      {error && (
        <Message title="The report cannot be shown" tone="error" onRetry={retry}>
          <p>{error.message}</p>
        </Message>
      )}
      {!error && (data ? <Body report={data} patient={patient} /> : <Loading rows={4} label="Loading the report" />)}
      <p className="report__foot">Measured values, not a diagnosis. Talk to your clinician about what they mean for you.</p>
    </section>
  );
}
