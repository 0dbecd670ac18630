import type { MedicationWarning } from "../api/types";
import { KINDS, SEVERITIES } from "../lib/medications";

/** What speaks against a medicine, with the data that it came from. */
export function MedicationWarnings({ warnings }: { warnings: MedicationWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="med-warnings">
      {warnings.map((one) => (
        <li key={one.code} className={`med-warning med-warning--${one.severity}`}>
          <strong>
            {SEVERITIES[one.severity]} · {KINDS[one.kind]}: {one.about}
          </strong>
          {one.quote && one.quote !== one.about && <span>{one.quote}</span>}
          <small>From {one.source}</small>
        </li>
      ))}
    </ul>
  );
}
