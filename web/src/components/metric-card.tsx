import type { MetricSummary } from "../api/types";
import { hourText, meanText, trendText } from "../lib/health";
import { metricInfo, unitText, valueText } from "../lib/metrics";

/** Below, inside and above the range as one bar; its numbers stand beside it. */
function RangeBar({ summary }: { summary: MetricSummary }) {
  const range = summary.time_in_range;
  if (!range) return null;
  const { below_percent, inside_percent, above_percent, target } = range;
  const bounds = `${target.low} to ${target.high_inside ? "" : "under "}${target.high} ${unitText(summary.unit)}`;
  const text = `${inside_percent.toFixed(0)} % in range, ${below_percent.toFixed(0)} % below, ${above_percent.toFixed(0)} % above`;
  return (
    <div className="range" title={`${bounds}. ${target.source}`}>
      <div className="range__bar" role="img" aria-label={text}>
        <span className="range__below" style={{ flexGrow: below_percent }} />
        <span className="range__inside" style={{ flexGrow: inside_percent }} />
        <span className="range__above" style={{ flexGrow: above_percent }} />
      </div>
      <p className="range__text">
        <strong>{inside_percent.toFixed(0)} %</strong> in {bounds}
      </p>
    </div>
  );
}

/** One metric of the dashboard: how it was, where it is going, how well it is known. */
export function MetricCard({ summary }: { summary: MetricSummary }) {
  const { metric, completeness, day_pattern } = summary;
  const trend = trendText(summary.trend);
  const rhythm = day_pattern?.cosinor;
  return (
    <article className="panel metric-card" data-metric={metric}>
      <h3>{metricInfo(metric).label}</h3>
      <p className="metric-card__mean">
        {meanText(summary)}
        <span className="metric-card__spread">
          {valueText(metric, summary.min)}–{valueText(metric, summary.max)}
        </span>
      </p>
      <p className="metric-card__trend">
        {trend ? (
          <>
            <span aria-hidden="true">{trend.arrow}</span> {trend.word} <span className="metric-card__detail">{trend.detail}</span>
          </>
        ) : (
          <span className="metric-card__detail">Too few days for a trend</span>
        )}
      </p>
      <RangeBar summary={summary} />
      <p className="metric-card__detail">
        Measured on {completeness.text}
        {rhythm && rhythm.explained_percent >= 20 && ` · highest around ${hourText(rhythm.peak_hour)}`}
      </p>
    </article>
  );
}
