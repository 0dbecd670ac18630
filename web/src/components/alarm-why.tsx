import type { Alarm, Why, WhySeries } from "../api/types";
import { metricInfo, peopleText, unitText, valueText } from "../lib/metrics";
import { plotOf } from "../lib/why";
import { clockText } from "../lib/time";
import { useFetched } from "../lib/use-fetched";
import { Loading, Message } from "./message";

const WIDTH = 520;
const HEIGHT = 120;

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** Readings around the onset with the limits that were in force. */
function Readings({ series, why, unit }: { series: WhySeries; why: Why; unit: string }) {
  const limits = [number(why.rule?.["limit"]), number(why.rule?.["severe_limit"])].filter((one) => one !== null);
  const own = why.parts.length > 0 ? [] : limits;
  const plot = plotOf(series, own, Date.parse(why.started_at), { width: WIDTH, height: HEIGHT });
  if (!plot) return null;
  const info = metricInfo(series.metric);
  const newest = valueText(series.metric, series.values.at(-1));
  return (
    <figure className="why__plot">
      <figcaption>
        <b>{info.label}</b> {unit} · {plot.from === plot.to ? clockText(plot.from) : `${clockText(plot.from)} to ${clockText(plot.to)}`}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${info.label}: ${series.values.length} readings, ${plot.low} to ${plot.high}, newest ${newest} ${unit}`}>
        {plot.onset !== null && <line className="why__onset" x1={plot.onset} x2={plot.onset} y1={0} y2={HEIGHT} />}
        {plot.limits.map(({ y, value }) => (
          <g key={value}>
            <line className="why__limit" x1={0} x2={WIDTH} y1={y} y2={y} />
            <text x={WIDTH - 4} y={y - 4} textAnchor="end">
              limit {valueText(series.metric, value)}
            </text>
          </g>
        ))}
        <polyline className="why__line" points={plot.points.map(([x, y]) => `${x},${y}`).join(" ")} />
        {plot.points.map(([x, y], index) => (
          <circle key={index} className="why__dot" cx={x} cy={y} r={2} />
        ))}
      </svg>
    </figure>
  );
}

function Parts({ why }: { why: Why }) {
  if (why.parts.length === 0) return null;
  return (
    <table className="points">
      <caption className="visually-hidden">Points of each input of NEWS2</caption>
      <tbody>
        {why.parts.map((part) => (
          <tr key={part.input} className={part.unknown ? "points__unknown" : ""}>
            <th scope="row">{metricInfo(part.input).label}</th>
            <td className="points__note">{part.unknown ? "not known" : valueText(part.input, part.value)}</td>
            <td className={`points__value points__value--${part.least}`}>{part.least === part.most ? part.least : `${part.least}–${part.most}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What an alarm about equipment rests on, or which vital signs made a score of deterioration. */
function Facts({ why }: { why: Why }) {
  const signals = Object.entries(why.signals)
    .filter(([, share]) => share > 0)
    .map(([name, share]) => `${peopleText(name)} adds ${share.toFixed(2)}`);
  const lines = [...why.facts, ...signals.slice(0, 4)];
  if (lines.length === 0) return null;
  return (
    <ul className="why__facts">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** What an alarm comes from: readings, rule and score, as they were when it called. */
export function AlarmWhy({ alarm }: { alarm: Alarm }) {
  const { data: why, error, retry } = useFetched<Why>(`/api/alarms/${alarm.id}/why/`, {});
  if (error) {
    return (
      <Message title="The reasons cannot be shown" tone="error" onRetry={retry}>
        <p>{error.message}</p>
      </Message>
    );
  }
  if (!why) return <Loading rows={2} label="Loading the reasons" />;
  const delay = number(why.rule?.["delay_s"]);
  const unit = unitText(alarm.unit);
  return (
    <div className="why">
      {why.parts.length === 0 && why.series.map((one) => <Readings key={one.series_id} series={one} why={why} unit={unit} />)}
      <Parts why={why} />
      <Facts why={why} />
      <p className="why__rule">
        Rule {why.rule_version}
        {delay !== null && `, after ${delay} s`}
        {why.settle && `. Measure next: ${peopleText(why.settle).toLowerCase()}`}
      </p>
    </div>
  );
}
