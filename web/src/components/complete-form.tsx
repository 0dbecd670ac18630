import { useState, type FormEvent } from "react";
import { ApiError } from "../api/client";
import type { Medication } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { Prescriptions, prescriptionsOf } from "./prescriptions";

interface CompleteFormProps {
  appointmentId: string;
  patientId: string;
  onDone: () => void;
}

/** Numbers of the prescriptions that need a reason because of a severe warning. */
function unreasoned(failure: unknown): number[] {
  const fields = failure instanceof ApiError ? failure.fields : [];
  return fields.flatMap((field) => {
    const number = /^prescriptions\.(\d+)\.acknowledgement$/.exec(field)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

/** What came of an appointment, written down by its provider. */
export function CompleteForm({ appointmentId, patientId, onDone }: CompleteFormProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [chosen, setChosen] = useState<Medication[]>([]);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
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
        await client.post(`/api/appointments/${appointmentId}/complete/`, body);
      } catch (failure) {
        const warned = unreasoned(failure).flatMap((number) => chosen[number] ?? []);
        if (warned.length === 0) throw failure;
        setRefused(new Set([...refused, ...warned.map((one) => one.id)]));
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
