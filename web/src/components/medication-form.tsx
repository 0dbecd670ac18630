import { useState, type FormEvent } from "react";
import { ApiError } from "../api/client";
import type { EnteredMedication, Medication, MedicationWarning, Page, Warnings } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { MedicationWarnings } from "./medication-warnings";

const FREQUENCIES = ["Once daily", "Twice daily", "Three times a day", "Every 8 hours", "At bedtime", "Once weekly", "As needed"];

function Choice({ onChosen }: { onChosen: (chosen: Medication) => void }) {
  const [words, setWords] = useState("");
  const { data, error, loading } = useFetched<Page<Medication>>("/api/medications/", { search: words, is_active: "true", limit: "8" });
  return (
    <div className="med-search">
      <label>
        Medicine
        <input type="search" value={words} maxLength={100} placeholder="Generic or brand name" autoComplete="off" onChange={(event) => setWords(event.target.value)} />
      </label>
      {error && <p role="alert">{error.message}</p>}
      <ul className="med-search__found" aria-label="Medicines found" aria-busy={loading}>
        {data?.results.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => onChosen(one)}>
              <strong>{one.name}</strong>
              <small>{[one.generic_name, one.brand_name, one.form].filter(Boolean).join(" · ")}</small>
            </button>
          </li>
        ))}
      </ul>
      {data?.results.length === 0 && <p className="panel__empty">The catalogue has none of that name.</p>}
    </div>
  );
}

function Foreseen({ patient, medication }: { patient: string; medication: string }) {
  const { data } = useFetched<Warnings>(`/api/patients/${patient}/medications/warnings/`, { medication });
  if (!data) return null;
  return (
    <>
      <MedicationWarnings warnings={data.warnings} />
      <p className="med-checked">
        Checked beside {data.medicines_checked} other {data.medicines_checked === 1 ? "medicine" : "medicines"}
        {data.allergies_recorded ? " and the allergies of the profile." : ". No allergies are recorded: they could not be checked."}
      </p>
    </>
  );
}

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
        <Choice onChosen={setChosen} />
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
      <Foreseen patient={patient} medication={chosen.id} />
      <label>
        Dosage
        <input name="dosage" required maxLength={200} placeholder="1 tablet" />
      </label>
      <label>
        How often
        <input name="frequency" list="frequencies" maxLength={200} placeholder="Twice daily" />
        <datalist id="frequencies">
          {FREQUENCIES.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
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
      {error && (
        <p role="alert" className="entry__error">
          {error}
        </p>
      )}
    </form>
  );
}
