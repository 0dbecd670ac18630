import type { HealthDashboard, Insight, Milestone, Recommendation } from "../api/types";
import { metricInfo, unitText, valueText } from "../lib/metrics";

const TONES: Record<Insight["tone"], string> = { attention: "Worth a look", info: "Note", good: "Good" };

export function InsightList({ insights }: { insights: readonly Insight[] }) {
  if (insights.length === 0) return <p className="panel__empty">Nothing stands out.</p>;
  return (
    <ul className="insights">
      {insights.map((one) => (
        <li key={`${one.code} ${one.metric ?? ""}`} className={`insight insight--${one.tone}`} title={one.source}>
          <span className="insight__tone">{TONES[one.tone]}</span>
          <strong>{one.title}</strong>
          <p>{one.text}</p>
        </li>
      ))}
    </ul>
  );
}

export function AdviceList({ advice }: { advice: readonly Recommendation[] }) {
  if (advice.length === 0) return null;
  return (
    <ul className="advice">
      {advice.map((one) => (
        <li key={one.text}>{one.text}</li>
      ))}
    </ul>
  );
}

export function MilestoneList({ milestones }: { milestones: readonly Milestone[] }) {
  if (milestones.length === 0) return <p className="panel__empty">None yet.</p>;
  return (
    <ol className="milestones">
      {milestones.map((one) => (
        <li key={`${one.text} ${one.achieved_on}`}>
          <span>{one.text}</span>
          <time dateTime={one.achieved_on}>{one.achieved_on}</time>
        </li>
      ))}
    </ol>
  );
}

export function GoalList({ goals }: { goals: HealthDashboard["goals"] }) {
  if (goals.length === 0) return <p className="panel__empty">None set.</p>;
  return (
    <ul className="milestones">
      {goals.map((goal) => (
        <li key={goal.metric}>
          <span>
            {metricInfo(goal.metric).label}: {goal.direction === "at_most" ? "at most" : "at least"}{" "}
            {valueText(goal.metric, goal.target)} {unitText(goal.unit)}
          </span>
          {goal.by && <time dateTime={goal.by}>by {goal.by}</time>}
        </li>
      ))}
    </ul>
  );
}
