import type { AdherenceReport } from "../api/types";
import { shareText } from "../lib/medications";

/** How much of what was due was taken. */
export function AdherencePanel({ report }: { report: AdherenceReport }) {
  const { overall, medications } = report;
  return (
    <section className="panel" aria-label="Adherence">
      <h2>Last 30 days</h2>
      <p className="adherence__share">
        {shareText(overall.taken_share)} <small>of {overall.expected} doses taken</small>
      </p>
      <p className="adherence__detail">
        {overall.missed} not recorded, {overall.skipped} left out, {overall.late} late. Days with every dose: {overall.covered_days} of {overall.days}, {overall.streak} in
        a row now.
      </p>
      {medications.length > 1 && (
        <ul className="adherence">
          {medications.map((one) => (
            <li key={one.user_medication_id}>
              <span>{one.medication}</span>
              <strong>{shareText(one.taken_share)}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
