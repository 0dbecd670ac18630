import { useState } from "react";
import { Link } from "wouter";
import type { Page, User, UserMedication } from "../api/types";
import { isCurrent, scheduleText } from "../lib/medications";
import { mayPrescribe } from "../lib/people";
import { useFetched } from "../lib/use-fetched";
import { Failure } from "./failure";
import { MedicationDialog } from "./medication-dialog";
import { Loading } from "./message";

/** What a patient takes now, beside their vitals; clinicians prescribe from here. */
export function MedicinesPanel({ patient, user }: { patient: string; user: User }) {
  const { data, error, retry } = useFetched<Page<UserMedication>>(`/api/patients/${patient}/medications/`, { limit: "50" });
  const [adding, setAdding] = useState(false);
  // Whose role does not read medicines has no panel.
  if (error?.status === 403) return null;
  const current = data?.results.filter(isCurrent) ?? [];
  return (
    <section className="panel" aria-label="Medicines">
      <h2>Medicines</h2>
      <Failure error={error} />
      {!data && !error && <Loading rows={2} label="Loading the medicines" />}
      {data && current.length === 0 && <p className="panel__empty">None recorded.</p>}
      <ul className="med-brief">
        {current.map((one) => (
          <li key={one.id}>
            <strong>{one.medication.name}</strong>
            <small>
              {[one.dosage, scheduleText(one.schedule, one.frequency)].filter(Boolean).join(" · ")}
              {one.status === "paused" && " · paused"}
            </small>
          </li>
        ))}
      </ul>
      <div className="med__actions">
        <Link href={`/patients/${patient}/medications`} className="button button--quiet">
          Doses and adherence
        </Link>
        {mayPrescribe(user) && (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            Prescribe
          </button>
        )}
      </div>
      {adding && <MedicationDialog patient={patient} prescribing onEntered={retry} onClose={() => setAdding(false)} />}
    </section>
  );
}
