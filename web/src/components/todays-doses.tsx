import type { AsNeeded, DayOfDoses, Dose } from "../api/types";
import { STATES, clockText, isOpen } from "../lib/medications";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

interface RowProps {
  patient: string;
  /** Whether the reader may record doses. */
  writable: boolean;
  onChanged: () => void;
}

function DoseRow({ dose, zone, patient, writable, onChanged }: RowProps & { dose: Dose; zone: string }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = `/api/patients/${patient}/medications/${dose.user_medication_id}/intakes/`;
  const record = async (status: "taken" | "skipped") => {
    if (await run(() => client.post(path, { status, due_at: dose.due_at }))) onChanged();
  };
  const undo = async () => {
    if (await run(() => client.tell("DELETE", `${path}${dose.intake_id ?? ""}/`))) onChanged();
  };
  return (
    <li className={`dose dose--${dose.state}`}>
      <time dateTime={dose.due_at}>{clockText(dose.due_at, zone)}</time>
      <span className="dose__what">
        {dose.medication}
        <small>{dose.dosage}</small>
      </span>
      <span className="dose__state">
        {STATES[dose.state]}
        {dose.at && dose.state !== "skipped" && <small>at {clockText(dose.at, zone)}</small>}
      </span>
      <span className="dose__actions">
        {!writable ? null : isOpen(dose) ? (
          <>
            <button type="button" className="button button--primary" disabled={busy} onClick={() => void record("taken")}>
              Taken
            </button>
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void record("skipped")}>
              Leave out
            </button>
          </>
        ) : (
          <button type="button" className="button button--quiet" disabled={busy} onClick={() => void undo()}>
            Undo
          </button>
        )}
      </span>
      <Failure error={error} />
    </li>
  );
}

function AsNeededRow({ one, patient, writable, onChanged }: RowProps & { one: AsNeeded }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = `/api/patients/${patient}/medications/${one.user_medication_id}/intakes/`;
  const full = one.most_per_day !== null && one.taken_in_24_h >= one.most_per_day;
  const take = async () => {
    if (await run(() => client.post(path, { status: "taken" }))) onChanged();
  };
  return (
    <li className="dose">
      <span className="dose__what">
        {one.medication}
        <small>{one.dosage}, as needed</small>
      </span>
      <span className="dose__state">
        {one.taken_in_24_h} in 24 h{one.most_per_day !== null && `, at most ${one.most_per_day}`}
      </span>
      <span className="dose__actions">
        <button type="button" hidden={!writable} className={`button ${full ? "button--quiet" : "button--primary"}`} disabled={busy} onClick={() => void take()}>
          Taken now
        </button>
      </span>
      {full && <p className="dose__limit">As much as was prescribed for a day was taken.</p>}
      <Failure error={error} />
    </li>
  );
}

/** The doses of today where the patient is, each to be taken, left out, or taken back. */
export function TodaysDoses({ day, patient, writable, onChanged }: RowProps & { day: DayOfDoses }) {
  const none = day.doses.length === 0 && day.as_needed.length === 0;
  return (
    <section className="panel" aria-label="Doses of today">
      <h2>Today</h2>
      {none && <p className="panel__empty">Nothing is due today.</p>}
      <ul className="doses">
        {day.doses.map((dose) => (
          <DoseRow key={`${dose.user_medication_id}${dose.due_at}`} dose={dose} zone={day.time_zone} patient={patient} writable={writable} onChanged={onChanged} />
        ))}
        {day.as_needed.map((one) => (
          <AsNeededRow key={one.user_medication_id} one={one} patient={patient} writable={writable} onChanged={onChanged} />
        ))}
      </ul>
    </section>
  );
}
