import { useCallback, useId, useState } from "react";
import type { Medication, MedicationWarning } from "../api/types";
import { dayAhead } from "../lib/days";
import { ForeseenWarnings, FrequencyInput, MedicineChoice } from "./medicine-choice";
import { MedicationWarnings } from "./medication-warnings";

const MOST = 20;

/** What a form says of its prescriptions, as the API takes them. */
export function prescriptionsOf(form: HTMLFormElement) {
  return [...form.querySelectorAll<HTMLFieldSetElement>("fieldset[data-medicine]")].map((one) => {
    const text = (name: string) => one.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value.trim() ?? "";
    return {
      medication_id: one.dataset["medicine"] ?? "",
      dosage: text("dosage"),
      frequency: text("frequency"),
      start_date: text("start_date"),
      end_date: text("end_date") || null,
      instructions: text("instructions"),
      acknowledgement: text("acknowledgement"),
    };
  });
}

interface OneProps {
  medicine: Medication;
  patient: string;
  /** What the API wants a reason for, seen only with the others of this visit. */
  refused: MedicationWarning[] | undefined;
  onRemove: () => void;
}

function One({ medicine, patient, refused, onRemove }: OneProps) {
  const [severe, setSevere] = useState(false);
  const [first, setFirst] = useState(() => dayAhead(0));
  const told = useCallback((found: boolean) => setSevere(found), []);
  return (
    <fieldset className="prescription visit__wide" data-medicine={medicine.id}>
      <legend>{medicine.name}</legend>
      <div className="visit__wide">
        <ForeseenWarnings patient={patient} medication={medicine.id} onSevere={told} />
      </div>
      <label>
        Dosage
        <input name="dosage" required maxLength={200} placeholder="1 tablet" />
      </label>
      <FrequencyInput required />
      <label>
        First day
        <input name="start_date" type="date" required value={first} onChange={(event) => setFirst(event.target.value)} />
      </label>
      <label>
        Last day
        <input name="end_date" type="date" min={first} />
      </label>
      <label className="visit__wide">
        Instructions
        <input name="instructions" maxLength={2000} placeholder="With food" />
      </label>
      {refused && (
        <div className="visit__wide" role="group" aria-label={`What speaks against ${medicine.name} in this visit`}>
          <MedicationWarnings warnings={refused} />
        </div>
      )}
      {(severe || refused) && (
        <label className="visit__wide">
          Why in spite of the severe warning
          <input name="acknowledgement" required maxLength={200} />
        </label>
      )}
      <button type="button" className="button button--quiet" onClick={onRemove}>
        Leave out<span className="visually-hidden"> {medicine.name}</span>
      </button>
    </fieldset>
  );
}

interface PrescriptionsProps {
  patient: string;
  chosen: Medication[];
  /** By the ids of medicines that the API wants a reason for: what speaks against them. */
  refused: ReadonlyMap<string, MedicationWarning[]>;
  onChange: (chosen: Medication[]) => void;
}

/** The medicines that a visit prescribes, each with what speaks against it. */
export function Prescriptions({ patient, chosen, refused, onChange }: PrescriptionsProps) {
  const [adding, setAdding] = useState(false);
  const id = useId();
  const add = (one: Medication) => {
    setAdding(false);
    if (!chosen.some(({ id }) => id === one.id)) onChange([...chosen, one]);
  };
  return (
    <div className="visit__wide prescriptions" role="group" aria-label="Prescriptions">
      {chosen.map((one) => (
        <One key={one.id} medicine={one} patient={patient} refused={refused.get(one.id)} onRemove={() => onChange(chosen.filter(({ id }) => id !== one.id))} />
      ))}
      {chosen.length < MOST && (
        <button type="button" className="button" aria-expanded={adding} aria-controls={id} onClick={() => setAdding(!adding)}>
          Prescribe a medicine…
        </button>
      )}
      {adding && (
        <div id={id}>
          <MedicineChoice onChosen={add} />
        </div>
      )}
    </div>
  );
}
