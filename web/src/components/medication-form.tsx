import { useState, type FormEvent } from "react";
import { ApiError } from "../api/client";
import type { EnteredMedication, Medication, MedicationWarning } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { ForeseenWarnings, FrequencyInput, MedicineChoice } from "./medicine-choice";

interface MedicationFormProps {
  patient: string;
  /** Whether the caller prescribes, or says what they take. */
  prescribing: boolean;
  onEntered: () => void;
  onCancel: () => void;
}

/** Adds a medicine. What speaks against it is shown first; a severe warning asks for a reason. */
export function MedicationForm({ patient, prescribing, onEntered, onCancel }: MedicationFormProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [chosen, setChosen] = useState<Medication | null>(null);
  const [severe, setSevere] = useState<MedicationWarning[]>([]);
  if (!chosen) {
    return (
      <div className="med-form">
        <MedicineChoice onChosen={setChosen} />
        <div className="med-form__end">
          <button type="button" className="button button--quiet" onClick={onCancel}>
            Cancel
          </button>
        </div>
      </div>
    );
  }
  const enter = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    const body = {
      medication_id: chosen.id,
      dosage: text("dosage"),
      frequency: text("frequency"),
      instructions: text("instructions"),
      end_date: text("end_date") || null,
      ...(severe.length > 0 ? { acknowledge_warnings: true, acknowledgement_reason: text("reason") } : {}),
    };
    const done = await run(async () => {
      try {
        await client.post<EnteredMedication>(`/api/patients/${patient}/medications/`, body);
      } catch (failure) {
        if (failure instanceof ApiError) setSevere(failure.warnings.filter((one) => one.severity === "severe"));
        throw failure;
      }
    });
    if (done) onEntered();
  };
  return (
    <form className="med-form" aria-label={prescribing ? "Prescribe" : "Add a medicine"} onSubmit={(event) => void enter(event)}>
      <p className="med-form__chosen">
        <strong>{chosen.name}</strong>
        <button type="button" className="button button--quiet" onClick={() => setChosen(null)}>
          Another one
        </button>
      </p>
      <ForeseenWarnings patient={patient} medication={chosen.id} />
      <label>
        Dosage
        <input name="dosage" required maxLength={200} placeholder="1 tablet" />
      </label>
      <FrequencyInput />
      <label>
        Last day
        <input name="end_date" type="date" />
      </label>
      <label className="med-form__wide">
        Instructions
        <input name="instructions" maxLength={2000} placeholder="With food" />
      </label>
      {severe.length > 0 && (
        <label className="med-form__wide">
          Why in spite of the severe warning
          <input name="reason" required maxLength={200} autoFocus />
        </label>
      )}
      <div className="med-form__end">
        <button type="submit" className="button button--primary" disabled={busy}>
          {severe.length > 0 ? "Enter nevertheless" : prescribing ? "Prescribe" : "Add"}
        </button>
        <button type="button" className="button button--quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
      <Failure error={error} />
    </form>
  );
}
