import type { News2 } from "../api/types";
import { RISKS, inputLabel } from "../lib/news2";
import { News2Badge } from "./badges";

function pointsText(min: number, max: number): string {
  return min === max ? String(min) : `${min}–${max}`;
}

function noteFor(code: string, news2: News2): string {
  if (news2.missing.includes(code)) return "missing";
  if (news2.stale.includes(code)) return "stale";
  if (news2.assumed?.includes(code)) return "assumed";
  return "";
}

/** The score and the points that it is made of. */
export function News2Panel({ news2 }: { news2: News2 | null }) {
  const components = Object.entries(news2?.components ?? {});
  return (
    <section className="panel news2-panel" aria-label="NEWS2">
      <div className="news2-panel__head">
        <h2>NEWS2</h2>
        <News2Badge news2={news2} />
      </div>
      <p className="news2-panel__advice">{news2 ? RISKS[news2.risk].advice : "No measurements yet"}</p>
      {news2?.settling && (
        <p className="news2-panel__settling">
          Measure <b>{inputLabel(news2.settling).toLowerCase()}</b> to settle the score.
        </p>
      )}
      {components.length > 0 && news2 && (
        <table className="points">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Note</th>
              <th scope="col">Points</th>
            </tr>
          </thead>
          <tbody>
            {components.map(([code, { min, max }]) => (
              <tr key={code} className={noteFor(code, news2) ? "points__unknown" : ""}>
                <th scope="row">{inputLabel(code)}</th>
                <td className="points__note">{noteFor(code, news2)}</td>
                <td className={`points__value points__value--${min}`}>{pointsText(min, max)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
