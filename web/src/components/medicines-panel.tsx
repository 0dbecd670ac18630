import { useState } from "react";
import { Link } from "wouter";
import type { User, UserMedication } from "../api/types";
import { CURRENT, scheduleText } from "../lib/medications";
import { mayPrescribe } from "../lib/people";
import { useList } from "../lib/use-list";
import { MedicationDialog } from "./medication-dialog";
import { More } from "./more";

/** What a patient takes now, beside their vitals; clinicians prescribe from here. */
export function MedicinesPanel({ patient, user }: { patient: string; user: User }) {
  const current = useList<UserMedication>(`/api/patients/${patient}/medications/`, { status: CURRENT, limit: "50" });
  const [adding, setAdding] = useState(false);
  // Whose role does not read medicines has no panel.
  if (current.error?.status === 403) return null;
  return (
    <section className="panel" aria-label="Medicines">
      <h2>Medicines</h2>
      {current.rows?.length === 0 && <p className="panel__empty">None recorded.</p>}
      <ul className="med-brief">
        {current.rows?.map((one) => (
          <li key={one.id}>
            <strong>{one.medication.name}</strong>
            <small>
              {[one.dosage, scheduleText(one.schedule, one.frequency)].filter(Boolean).join(" · ")}
              {one.status === "paused" && " · paused"}
            </small>
          </li>
        ))}
      </ul>
      <More list={current} first="Loading the medicines" />
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
      {adding && <MedicationDialog patient={patient} prescribing onEntered={current.retry} onClose={() => setAdding(false)} />}
    </section>
  );
}
