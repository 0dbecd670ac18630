import type { MedicationEvent, SideEffect, UserMedication } from "../api/types";
import { eventText } from "../lib/medications";
import { momentText } from "../lib/time";
import { useList } from "../lib/use-list";
import { Failure } from "./failure";
import { Loading } from "./message";
import { More } from "./more";

const QUERY = { limit: "20" };

/** What happened to a medicine, and the side effects that were noticed, the newest first. */
export function MedicationRecord({ one }: { one: UserMedication }) {
  const root = `/api/patients/${one.user_id}/medications/${one.id}/`;
  const effects = useList<SideEffect>(`${root}side-effects/`, QUERY);
  const history = useList<MedicationEvent>(`${root}history/`, QUERY);
  const error = effects.error ?? history.error;
  if (error && !(effects.rows && history.rows)) return <Failure error={error} />;
  if (!effects.rows || !history.rows) return <Loading rows={2} label="Loading what happened" />;
  return (
    <div className="med__record">
      <h3>Side effects</h3>
      {effects.rows.length === 0 && <p className="panel__empty">None was reported.</p>}
      <ul aria-label={`Side effects of ${one.medication.name}`}>
        {effects.rows.map((effect) => (
          <li key={effect.id}>
            <strong>{effect.severity}</strong> {effect.description} <time dateTime={effect.noticed_at}>{momentText(Date.parse(effect.noticed_at))}</time>
          </li>
        ))}
      </ul>
      <More list={effects} />
      <h3>History</h3>
      <ul aria-label={`History of ${one.medication.name}`}>
        {history.rows.map((event) => (
          <li key={event.id}>
            <time dateTime={event.at}>{momentText(Date.parse(event.at))}</time> {eventText(event)}
          </li>
        ))}
      </ul>
      <More list={history} />
    </div>
  );
}
