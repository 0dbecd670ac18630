import { useState } from "react";
import { Link } from "wouter";
import type { HealthDashboard, User } from "../api/types";
import { HealthReportPanel } from "../components/health-report";
import { BackIcon } from "../components/icons";
import { ImportPanel } from "../components/import-panel";
import { AdviceList, GoalList, InsightList, MilestoneList } from "../components/insights";
import { Loading, Message } from "../components/message";
import { MetricCard } from "../components/metric-card";
import { ReadingForm } from "../components/reading-form";
import { absoluteText } from "../lib/time";
import { metricInfo, unitText, valueText } from "../lib/metrics";
import { useFetched } from "../lib/use-fetched";
import { useLiveState } from "../live/provider";

const UNKNOWN = [403, 404, 422];

function Recent({ recent }: { recent: HealthDashboard["recent_metrics"] }) {
  if (recent.length === 0) return <p className="panel__empty">Nothing measured yet.</p>;
  return (
    <ul className="recent">
      {recent.map((one) => (
        <li key={one.metric_type}>
          <span>{metricInfo(one.metric_type).label}</span>
          <strong title={absoluteText(Date.parse(one.recorded_at))}>
            {one.value === null
              ? `${valueText("blood_pressure", one.systolic_value)}/${valueText("blood_pressure", one.diastolic_value)}`
              : valueText(one.metric_type, one.value)}{" "}
            <small>{unitText(one.unit)}</small>
          </strong>
        </li>
      ))}
    </ul>
  );
}

function Dashboard({ dashboard }: { dashboard: HealthDashboard }) {
  const summaries = Object.values(dashboard.trends);
  return (
    <div className="health">
      <section className="health__metrics" aria-label="Trends">
        {summaries.length === 0 && <p className="panel panel__empty">Nothing was measured in the last {dashboard.days} days.</p>}
        {summaries.map((summary) => (
          <MetricCard key={summary.metric} summary={summary} />
        ))}
      </section>
      <aside className="health__side">
        <section className="panel" aria-label="Insights">
          <h2>What stands out</h2>
          <InsightList insights={dashboard.insights} />
          <AdviceList advice={dashboard.recommendations} />
        </section>
        <section className="panel" aria-label="Recent metrics">
          <h2>Newest values</h2>
          <Recent recent={dashboard.recent_metrics} />
        </section>
        <section className="panel" aria-label="Goals">
          <h2>Goals</h2>
          <GoalList goals={dashboard.goals} />
        </section>
        <section className="panel" aria-label="Milestones">
          <h2>Milestones</h2>
          <MilestoneList milestones={dashboard.milestones} />
        </section>
      </aside>
    </div>
  );
}

/** How a person is doing over weeks and months: dashboard above, report below. */
export function HealthPage({ id, user }: { id: string; user: User }) {
  const { data, error, retry } = useFetched<HealthDashboard>("/api/health-metrics/dashboard/", { patient: id });
  const row = useLiveState((state) => state.board?.get(id));
  const [adding, setAdding] = useState(false);
  if (error && !data) {
    const unknown = UNKNOWN.includes(error.status);
    return (
      <Message title={unknown ? "This patient is not in your care" : "The dashboard cannot be shown"} tone="error" onRetry={unknown ? undefined : retry}>
        <p>{unknown ? "Either the address is wrong or you may not see this person." : error.message}</p>
        <Link href="/">Go to the start page</Link>
      </Message>
    );
  }
  const name = id === user.id ? "My health" : (row?.patient.name ?? "Trends and report");
  return (
    <>
      <div className="toolbar">
        <Link href={`/patients/${id}`} className="back" aria-label="Back to the vitals">
          <BackIcon />
        </Link>
        <h1>{name}</h1>
        <p className="toolbar__summary">{data && <span>The last {data.days} days, in {data.time_zone}</span>}</p>
        <button type="button" className="button" aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Add readings
        </button>
      </div>
      {adding && (
        <div className="panel entries">
          <ReadingForm patient={id} onEntered={retry} />
          <ImportPanel patient={id} onImported={retry} />
        </div>
      )}
      {data ? <Dashboard dashboard={data} /> : <Loading rows={5} label="Loading the dashboard" />}
      {data && <HealthReportPanel patient={id} />}
    </>
  );
}
