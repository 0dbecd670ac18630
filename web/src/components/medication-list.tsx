import { useState } from "react";
import type { UserMedication, WarningsOf } from "../api/types";
import { isCurrent, scheduleText } from "../lib/medications";
import type { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { MedicationRecord } from "./medication-record";
import { MedicationWarnings } from "./medication-warnings";
import { More } from "./more";
import { SideEffectForm } from "./side-effect-form";
import { StopForm } from "./stop-form";

interface ItemProps {
  one: UserMedication;
  warnings: WarningsOf | undefined;
  writable: boolean;
  onChanged: () => void;
}

function Item({ one, warnings, writable, onChanged }: ItemProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [asked, setAsked] = useState<"stop" | "effect" | null>(null);
  const [open, setOpen] = useState(false);
  const move = async (status: UserMedication["status"], reason: string) => {
    const path = `/api/patients/${one.user_id}/medications/${one.id}/status/`;
    if (await run(() => client.post(path, { status, reason }))) {
      setAsked(null);
      onChanged();
    }
  };
  return (
    <li className={`med med--${one.status}`}>
      <div className="med__head">
        <strong>{one.medication.name}</strong>
        <span className="med__status">{one.status}</span>
      </div>
      <p>{[one.dosage, scheduleText(one.schedule, one.frequency)].filter(Boolean).join(" · ")}</p>
      {one.instructions && <p className="med__note">{one.instructions}</p>}
      <p className="med__note">
        {one.prescribed_by ? `Prescribed by ${one.prescribed_by.name}` : "Reported"}, since {one.start_date}
        {one.end_date && ` until ${one.end_date}`}
      </p>
      {warnings && <MedicationWarnings warnings={warnings.warnings} />}
      {asked === "stop" && <StopForm name={one.medication.name} busy={busy} onStop={(reason) => void move("stopped", reason)} onCancel={() => setAsked(null)} />}
      {asked === "effect" && <SideEffectForm one={one} onCancel={() => setAsked(null)} />}
      {writable && isCurrent(one) && asked === null && (
        <div className="med__actions">
          <button type="button" className="button button--quiet" disabled={busy} onClick={() => void move(one.status === "active" ? "paused" : "active", "")}>
            {one.status === "active" ? "Pause" : "Go on"}
          </button>
          <button type="button" className="button button--quiet" onClick={() => setAsked("stop")}>
            Stop
          </button>
          <button type="button" className="button button--quiet" onClick={() => setAsked("effect")}>
            Report a side effect
          </button>
        </div>
      )}
      <button type="button" className="button button--quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        History and side effects
      </button>
      {open && <MedicationRecord one={one} />}
      <Failure error={error} />
    </li>
  );
}

interface MedicationListProps {
  title: string;
  list: ReturnType<typeof useList<UserMedication>>;
  warnings: WarningsOf[];
  /** Whether the reader may change them. */
  writable: boolean;
  onChanged: () => void;
}

/** Medicines with what speaks against each beside the others. */
export function MedicationList({ title, list, warnings, writable, onChanged }: MedicationListProps) {
  const by = new Map(warnings.map((one) => [one.user_medication_id, one]));
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {list.rows?.length === 0 && <p className="panel__empty">None.</p>}
      <ul className="meds">
        {list.rows?.map((one) => (
          <Item key={one.id} one={one} warnings={by.get(one.id)} writable={writable} onChanged={onChanged} />
        ))}
      </ul>
      <More list={list} first="Loading the medicines" />
    </section>
  );
}
