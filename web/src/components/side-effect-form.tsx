import { useState, type FormEvent } from "react";
import type { UserMedication } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

/** Reports a side effect; of a severe one those who care for the patient are told. */
export function SideEffectForm({ one, onCancel }: { one: UserMedication; onCancel: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [reported, setReported] = useState(false);
  if (reported) return <p role="status">Reported.</p>;
  const report = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const body = { description: String(fields.get("description")), severity: String(fields.get("severity")) };
    const path = `/api/patients/${one.user_id}/medications/${one.id}/side-effects/`;
    if (await run(() => client.post(path, body))) setReported(true);
  };
  return (
    <form className="med-form" aria-label="Report a side effect" onSubmit={(event) => void report(event)}>
      <label>
        What was noticed
        <input name="description" required maxLength={2000} autoFocus />
      </label>
      <label>
        How bad
        <select name="severity" defaultValue="mild">
          <option value="mild">Mild</option>
          <option value="moderate">Moderate</option>
          <option value="severe">Severe</option>
        </select>
      </label>
      <div className="med-form__end">
        <button type="submit" className="button button--primary" disabled={busy}>
          Report
        </button>
        <button type="button" className="button button--quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
      <Failure error={error} />
    </form>
  );
}
