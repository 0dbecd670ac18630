import { useEffect, useId, useState } from "react";
import type { Medication, Page, Warnings } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useSettled } from "../lib/use-settled";
import { Failure } from "./failure";
import { MedicationWarnings } from "./medication-warnings";

/** Finds a medicine of the catalogue by its name. */
export function MedicineChoice({ onChosen }: { onChosen: (chosen: Medication) => void }) {
  const [words, setWords] = useState("");
  const { data, error, loading } = useFetched<Page<Medication>>("/api/medications/", { search: useSettled(words), is_active: "true", limit: "8" });
  return (
    <div className="med-search">
      <label>
        Medicine
        <input type="search" value={words} maxLength={100} placeholder="Generic or brand name" autoComplete="off" onChange={(event) => setWords(event.target.value)} />
      </label>
      <Failure error={error} />
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

interface ForeseenProps {
  patient: string;
  medication: string;
  /** Told whether a severe one speaks against it. */
  onSevere?: (severe: boolean) => void;
}

/** What speaks against a medicine for a patient, before it is entered. */
export function ForeseenWarnings({ patient, medication, onSevere }: ForeseenProps) {
  const { data, error } = useFetched<Warnings>(`/api/patients/${patient}/medications/warnings/`, { medication });
  const severe = data?.warnings.some((one) => one.severity === "severe") ?? false;
  useEffect(() => onSevere?.(severe), [onSevere, severe]);
  if (error && !data) return <p className="med-checked">What speaks against it could not be looked up here: it is checked once it is sent.</p>;
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

const FREQUENCIES = ["Once daily", "Twice daily", "Three times a day", "Every 8 hours", "At bedtime", "Once weekly", "As needed"];

/** How often a medicine is taken: in one's own words, or those that are usual. */
export function FrequencyInput({ required }: { required?: boolean }) {
  const id = useId();
  return (
    <label>
      How often
      <input name="frequency" list={id} required={required} maxLength={200} placeholder="Twice daily" />
      <datalist id={id}>
        {FREQUENCIES.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  );
}
