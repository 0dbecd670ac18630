import type { Appointment } from "../api/types";

/** What came of a completed appointment. */
export function VisitOutcome({ one }: { one: Appointment }) {
  if (one.status !== "completed") return null;
  const parts: [string, string][] = [
    ["Diagnosis", one.diagnosis],
    ["Treatment", one.treatment_plan],
    ["Prescribed", one.prescribed_medications],
    ["What to do", one.follow_up_instructions],
    ["Next", one.next_appointment_recommended ? "Another appointment is recommended." : ""],
  ];
  const said = parts.filter(([, words]) => words);
  if (said.length === 0) return null;
  return (
    <dl className="visit__outcome">
      {said.map(([name, words]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
