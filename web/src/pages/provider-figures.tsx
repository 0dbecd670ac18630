import { useState } from "react";
import { Link } from "wouter";
import type { Provider, ProviderFigures } from "../api/types";
import { Failure } from "../components/failure";
import { BackIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { MonthsChart } from "../components/months-chart";
import { money } from "../lib/payments";
import { useFetched } from "../lib/use-fetched";

const percent = (value: number | null) => (value === null ? "—" : `${Math.round(value)} %`);
const mean = (value: number | null) => (value === null ? "—" : value.toFixed(1));

/** How a provider is doing: figures of a period, and its months. */
export function ProviderFiguresPage({ id }: { id: string }) {
  const path = `/api/providers/${encodeURIComponent(id)}/`;
  const [period, setPeriod] = useState({ from: "", to: "" });
  const known = useFetched<Provider>(path, {});
  const found = useFetched<ProviderFigures>(`${path}analytics/`, period);
  const one = found.data;
  if (found.error && !one) {
    return (
      <Message title="The figures cannot be shown" tone="error" onRetry={found.retry}>
        <p>{found.error.message}</p>
        <Link href="/providers">Find a provider</Link>
      </Message>
    );
  }
  return (
    <>
      <div className="toolbar">
        <Link href={`/providers/${id}`} className="back" aria-label="Back to the provider">
          <BackIcon />
        </Link>
        <h1>Figures of {known.data?.full_name ?? "…"}</h1>
        <p className="toolbar__summary" />
        <label className="figures__date">
          From <input type="date" value={period.from || (one?.first_date ?? "")} onChange={(event) => setPeriod({ ...period, from: event.target.value })} />
        </label>
        <label className="figures__date">
          To <input type="date" value={period.to || (one?.last_date ?? "")} onChange={(event) => setPeriod({ ...period, to: event.target.value })} />
        </label>
      </div>
      <Failure error={found.error} />
      {one ? <Figures one={one} /> : <Loading rows={4} label="Counting" />}
    </>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div className="figure panel">
      <dt>{name}</dt>
      <dd>
        <span className="figure__value">{value}</span>
        {note && <span className="figure__note">{note}</span>}
      </dd>
    </div>
  );
}

function Figures({ one }: { one: ProviderFigures }) {
  const { patient_satisfaction: said, monthly_trends: months, currency } = one;
  const others = one.revenue_by_currency.filter((part) => part.currency !== currency).map((part) => money(part.amount, part.currency));
  return (
    <>
      <dl className="figures" aria-label="Figures">
        <Figure name="Appointments" value={String(one.total_appointments)} note={`${one.video} by video`} />
        <Figure name="Completed" value={String(one.completed)} note={`${one.upcoming} to come`} />
        <Figure name="Cancelled" value={String(one.cancelled)} note={`${one.no_show} did not come`} />
        <Figure name="Patients" value={String(one.patients)} />
        <Figure name="Revenue" value={currency ? money(one.revenue, currency) : "—"} note={others.join(", ") || "less what was sent back"} />
        <Figure name="Rating" value={mean(one.average_rating)} note={`of ${said.ratings}`} />
        <Figure name="Satisfied" value={percent(said.satisfied_percent)} note={`${percent(said.recommend_percent)} recommend`} />
        <Figure name="Punctuality" value={mean(said.punctuality)} note={`communication ${mean(said.communication)}`} />
      </dl>
      <section className="panel figures__months" aria-label="By month">
        <h2>By month</h2>
        <MonthsChart
          label="Appointments"
          months={months.map((month) => month.month)}
          series={[
            { name: "all", values: months.map((month) => month.total_appointments), color: "--chart-line" },
            { name: "completed", values: months.map((month) => month.completed), color: "--chart-line-2" },
          ]}
        />
        {currency && (
          <MonthsChart
            label={`Revenue, ${currency}`}
            months={months.map((month) => month.month)}
            series={[{ name: "revenue", values: months.map((month) => Number(month.revenue)), color: "--chart-line" }]}
          />
        )}
        <details>
          <summary>As a table</summary>
          <table className="figures__table">
            <thead>
              <tr>
                <th scope="col">Month</th>
                <th scope="col">All</th>
                <th scope="col">Completed</th>
                <th scope="col">Cancelled</th>
                <th scope="col">Did not come</th>
                <th scope="col">Rating</th>
                <th scope="col">Revenue</th>
              </tr>
            </thead>
            <tbody>
              {months.map((month) => (
                <tr key={month.month}>
                  <th scope="row">{month.month}</th>
                  <td>{month.total_appointments}</td>
                  <td>{month.completed}</td>
                  <td>{month.cancelled}</td>
                  <td>{month.no_show}</td>
                  <td>{mean(month.average_rating)}</td>
                  <td>{currency ? money(month.revenue, currency) : "—"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </section>
    </>
  );
}
