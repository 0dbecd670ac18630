import type { AlarmCounts, News2, Priority } from "../api/types";
import { PRIORITIES } from "../lib/alarms";
import { peopleText } from "../lib/metrics";
import { explain, riskText, scoreText } from "../lib/news2";

/** The early-warning score: a number, or the interval in which it must lie. */
export function News2Badge({ news2 }: { news2: News2 | null }) {
  const incomplete = news2 !== null && news2.min !== news2.max;
  const unsettled = news2 !== null && news2.risk !== news2.risk_max;
  const shade = !news2 || (unsettled && news2.risk === "routine") ? "none" : news2.risk;
  return (
    <span className={`news2 news2--${shade} ${incomplete ? "news2--incomplete" : ""}`} title={explain(news2)} aria-label={explain(news2)} role="img">
      <span className="news2__score">{scoreText(news2)}</span>
      <span className="news2__risk">{riskText(news2)}</span>
    </span>
  );
}

/** Colour, marks and word say the same thing: none of them is needed alone. */
export function PriorityTag({ priority, waiting }: { priority: Priority; waiting: boolean }) {
  const { label, marks } = PRIORITIES[priority];
  return (
    <span className={`priority priority--${priority} ${waiting ? "priority--waiting" : "priority--seen"}`}>
      <span className="priority__marks" aria-hidden="true">
        {marks}
      </span>
      {label}
    </span>
  );
}

/** A patient's alarms on the board. */
export function AlarmTag({ alarms }: { alarms: AlarmCounts }) {
  if (alarms.open === 0 || !alarms.highest_priority) return <span className="alarm-tag alarm-tag--none">No alarms</span>;
  const waiting = alarms.unacknowledged > 0;
  return (
    <span className="alarm-tag">
      <span className="alarm-tag__head">
        <PriorityTag priority={alarms.highest_priority} waiting={waiting} />
        <span className="alarm-tag__count">
          {waiting ? `${alarms.unacknowledged} to answer` : `${alarms.open} acknowledged`}
        </span>
      </span>
      {alarms.highest_title && (
        <span className="alarm-tag__title" title={alarms.highest_title}>
          {peopleText(alarms.highest_title)}
        </span>
      )}
    </span>
  );
}
