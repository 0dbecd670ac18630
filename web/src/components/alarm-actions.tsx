import { useId, useState } from "react";
import type { FormEvent } from "react";
import type { Alarm, User } from "../api/types";
import { SHELVE_HOURS, SNOOZE_MINUTES, actionsFor, lengthText } from "../lib/alarm-actions";
import type { Action } from "../lib/alarm-actions";
import { isOpen } from "../lib/alarms";
import { serverNow } from "../lib/clock";
import { momentText } from "../lib/time";
import { useAlarmAction } from "../lib/use-alarm-action";
import { AssignTo } from "./assign-to";

type Run = (action: Action, body?: unknown) => Promise<boolean>;

const HOUR = 3_600_000;
const PLAIN: Partial<Record<Action, string>> = {
  assign: "Assign to me",
  unassign: "Give back",
  unsnooze: "End snooze",
  close: "Close",
  reopen: "Reopen",
};

function until(ms: number): { until: string } {
  return { until: new Date(serverNow() + ms).toISOString() };
}

function Snooze({ alarm, run }: { alarm: Alarm; run: Run }) {
  const lengths = SNOOZE_MINUTES[alarm.priority];
  const [minutes, setMinutes] = useState(lengths[0] ?? 5);
  const id = useId();
  // A second is left for the way: the longest must not be too long when it arrives.
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run("snooze", until(minutes * 60_000 - 1_000));
  };
  return (
    <form className="action" onSubmit={submit}>
      <label htmlFor={id}>Snooze for</label>
      <select id={id} value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
        {lengths.map((one) => (
          <option key={one} value={one}>
            {lengthText(one)}
          </option>
        ))}
      </select>
      <button className="button">Snooze</button>
    </form>
  );
}

function Shelve({ alarm, run }: { alarm: Alarm; run: Run }) {
  const lengths = SHELVE_HOURS[alarm.category];
  const [hours, setHours] = useState(lengths[0] ?? 1);
  const [reason, setReason] = useState("");
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run("shelve", { reason, ...until(hours * HOUR - 1_000) });
  };
  return (
    <form className="action action--wide" onSubmit={submit}>
      <label htmlFor={id}>Shelve until</label>
      <select id={id} value={hours} onChange={(event) => setHours(Number(event.target.value))}>
        {lengths.map((one) => (
          <option key={one} value={one}>
            {momentText(serverNow() + one * HOUR)} ({lengthText(one * 60)})
          </option>
        ))}
      </select>
      <input required maxLength={2000} value={reason} aria-label="Why it is shelved" placeholder="Why, for example: being washed" onChange={(event) => setReason(event.target.value)} />
      <button className="button">Shelve</button>
      {alarm.category === "physiological" && <span className="action__hint">High priority is held back for 30 minutes only.</span>}
    </form>
  );
}

function Note({ run }: { run: Run }) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run("notes", { text }).then((done) => done && setText(""));
  };
  return (
    <form className="action action--wide" onSubmit={submit}>
      <input required maxLength={2000} value={text} aria-label="Note" placeholder="Note" onChange={(event) => setText(event.target.value)} />
      <button className="button">Add note</button>
    </form>
  );
}

/** Everything that may be done about an alarm beside acknowledging it. */
export function AlarmActions({ alarm, user, onHold }: { alarm: Alarm; user: User; onHold: () => void }) {
  const { run, busy, error } = useAlarmAction(alarm, onHold);
  const possible = actionsFor(alarm, user, serverNow());
  return (
    <div className="actions" role="group" aria-label={`Actions: ${alarm.title}`} aria-busy={busy !== null}>
      {error && (
        <p className="alarm__error" role="alert">
          {error}
        </p>
      )}
      <div className="actions__row">
        {possible.map((action) =>
          PLAIN[action] ? (
            <button key={action} type="button" className="button" onClick={() => void run(action, action === "assign" ? { assignee_id: user.id } : undefined)}>
              {busy === action ? "Sending…" : PLAIN[action]}
            </button>
          ) : null,
        )}
        {!alarm.retrospective && isOpen(alarm) && <AssignTo alarm={alarm} user={user} give={(id) => void run("assign", { assignee_id: id })} />}
        {possible.includes("snooze") && <Snooze key={alarm.priority} alarm={alarm} run={run} />}
      </div>
      {possible.includes("shelve") && <Shelve alarm={alarm} run={run} />}
      {possible.includes("notes") && <Note run={run} />}
    </div>
  );
}
