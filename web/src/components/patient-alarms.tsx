import type { Alarm, User } from "../api/types";
import { isOpen } from "../lib/alarms";
import { useHeld } from "../lib/use-held";
import { AlarmItem } from "./alarm-item";

/** So many closed ones are shown; the others are folded. */
const RECENT = 3;

interface ListProps {
  alarms: readonly Alarm[];
  user: User;
  onHold: () => void;
}

function List({ alarms, user, onHold }: ListProps) {
  return (
    <ul className="alarms alarms--narrow">
      {alarms.map((alarm) => (
        <AlarmItem key={alarm.id} alarm={alarm} user={user} showPatient={false} onHold={onHold} />
      ))}
    </ul>
  );
}

function Folded({ title, ...list }: ListProps & { title: string }) {
  if (list.alarms.length === 0) return null;
  return (
    <details className="patient__folded">
      <summary>
        {title} <span className="segments__count">{list.alarms.length}</span>
      </summary>
      <List {...list} />
    </details>
  );
}

/** One patient's alarms, sorted: open ones, the last that closed, and the others folded away. */
export function PatientAlarms({ alarms, user }: { alarms: readonly Alarm[]; user: User }) {
  const { rows: open, hold } = useHeld(alarms.filter(isOpen), (id) => alarms.find((alarm) => alarm.id === id));
  const shown = new Set(open.map(({ id }) => id));
  const others = alarms.filter(({ id }) => !shown.has(id));
  const closed = others.filter(({ retrospective }) => !retrospective);
  const list = { user, onHold: hold };
  return (
    <section className="panel patient__alarms" aria-label="Alarms of this patient">
      <h2>Alarms</h2>
      {alarms.length === 0 && <p className="panel__empty">None so far.</p>}
      <List alarms={[...open, ...closed.slice(0, RECENT)]} {...list} />
      <Folded title="Earlier" alarms={closed.slice(RECENT)} {...list} />
      <Folded title="Found later" alarms={others.filter(({ retrospective }) => retrospective)} {...list} />
    </section>
  );
}
