import type { FormEvent } from "react";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

/** What came of an appointment, written down by its provider. */
export function CompleteForm({ appointmentId, onDone }: { appointmentId: string; onDone: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const complete = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const words = (name: string) => String(fields.get(name));
    const body = {
      diagnosis: words("diagnosis"),
      treatment_plan: words("treatment_plan"),
      follow_up_instructions: words("follow_up_instructions"),
      next_appointment_recommended: fields.has("again"),
    };
    if (await run(() => client.post(`/api/appointments/${appointmentId}/complete/`, body))) onDone();
  };
  return (
    <form className="visit__part visit__form" aria-label="Complete it" onSubmit={(event) => void complete(event)}>
      <label className="visit__wide">
        Diagnosis
        <textarea name="diagnosis" rows={2} maxLength={5000} required />
      </label>
      <label className="visit__wide">
        Treatment
        <textarea name="treatment_plan" rows={2} maxLength={5000} />
      </label>
      <label className="visit__wide">
        What the patient is to do
        <textarea name="follow_up_instructions" rows={2} maxLength={5000} />
      </label>
      <label className="visit__check">
        <input type="checkbox" name="again" /> Another appointment is recommended
      </label>
      <button className="button button--primary" disabled={busy}>
        Complete
      </button>
      {error && (
        <p className="account__error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
