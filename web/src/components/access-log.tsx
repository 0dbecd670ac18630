import type { PatientRecord } from "../api/types";
import { actorText, circumstancesText, doneText } from "../lib/access";
import { useList } from "../lib/use-list";
import { More } from "./more";

const NEWEST = { limit: "20" };

/** Who saw or changed one's data: what of it, when, why and from where. */
export function AccessLog() {
  const log = useList<PatientRecord>("/api/auth/access-log/", NEWEST);
  return (
    <section className="account__panel" aria-label="Access log">
      <h2>Who saw or changed your data</h2>
      <ul className="account__sessions">
        {log.rows?.map((one) => (
          <li key={one.number}>
            <div>
              <strong>{actorText(one)}</strong>
              <p>{doneText(one)}</p>
              <p className="account__note">{[new Date(one.at).toLocaleString(), circumstancesText(one)].filter(Boolean).join(" · ")}</p>
            </div>
          </li>
        ))}
      </ul>
      {log.rows?.length === 0 && <p className="account__note">Nobody has yet.</p>}
      <More list={log} first="Loading the access log" />
    </section>
  );
}
