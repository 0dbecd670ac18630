import { useState, type FormEvent } from "react";
import { ApiError } from "../api/client";
import type { Appointment, Medication, MedicationWarning } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { Prescriptions, prescriptionsOf } from "./prescriptions";

interface CompleteFormProps {
  appointmentId: string;
  patientId: string;
  onDone: () => void;
}

/** A warning of this visit, with the number of the prescription that it speaks against. */
type VisitWarning = MedicationWarning & { prescription: number };

/** What a refusal says against the medicines that need a reason, by their ids. */
function refusedBy(failure: unknown, chosen: readonly Medication[]): Map<string, MedicationWarning[]> {
  const found = new Map<string, MedicationWarning[]>();
  if (!(failure instanceof ApiError)) return found;
  for (const field of failure.fields) {
    const number = Number(/^prescriptions\.(\d+)\.acknowledgement$/.exec(field)?.[1] ?? NaN);
    const medicine = chosen[number];
    if (medicine) found.set(medicine.id, (failure.warnings as VisitWarning[]).filter((one) => one.prescription === number));
  }
  return found;
}

/** What came of an appointment, written down by its provider. */
export function CompleteForm({ appointmentId, patientId, onDone }: CompleteFormProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  // What the form was opened on: whatever else becomes of the visit meanwhile is not written over.
  const { tag } = useFetched<Appointment>(`/api/appointments/${appointmentId}/`, {});
  const [chosen, setChosen] = useState<Medication[]>([]);
  const [refused, setRefused] = useState<ReadonlyMap<string, MedicationWarning[]>>(new Map());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const words = (name: string) => String(fields.get(name));
    const body = {
      diagnosis: words("diagnosis"),
      treatment_plan: words("treatment_plan"),
      follow_up_instructions: words("follow_up_instructions"),
      next_appointment_recommended: fields.has("again"),
      prescriptions: prescriptionsOf(event.currentTarget),
    };
    const complete = async () => {
      try {
        await client.post(`/api/appointments/${appointmentId}/complete/`, body, tag ?? undefined);
      } catch (failure) {
        const found = refusedBy(failure, chosen);
        if (found.size === 0) throw failure;
        setRefused(new Map([...refused, ...found]));
        const warned = chosen.filter((one) => found.has(one.id));
        throw new Error(`A severe warning speaks against ${warned.map((one) => one.name).join(", ")}: say why nevertheless.`);
      }
    };
    if (await run(complete)) onDone();
  };
  return (
    <form className="visit__part visit__form" aria-label="Complete it" onSubmit={(event) => void submit(event)}>
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
      <Prescriptions patient={patientId} chosen={chosen} refused={refused} onChange={setChosen} />
      <label className="visit__check">
        <input type="checkbox" name="again" /> Another appointment is recommended
      </label>
      <button className="button button--primary" disabled={busy}>
        Complete
      </button>
      <Failure error={error} />
    </form>
  );
}
