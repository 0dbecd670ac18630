import type { News2, News2Input } from "../api/types";
import { adviceText, inputLabel } from "../lib/news2";
import { News2Badge } from "./badges";

function pointsText(min: number, max: number): string {
  return min === max ? String(min) : `${min}–${max}`;
}

function noteFor({ missing, stale }: News2Input): string {
  if (missing) return "missing";
  return stale ? "stale" : "";
}

/** The score and the points that it is made of. */
export function News2Panel({ news2 }: { news2: News2 | null }) {
  const components = news2?.components ?? [];
  return (
    <section className="panel news2-panel" aria-label="NEWS2">
      <div className="news2-panel__head">
        <h2>NEWS2</h2>
        <News2Badge news2={news2} />
      </div>
      <p className="news2-panel__advice">{news2 ? adviceText(news2) : "No measurements yet"}</p>
      {news2?.measure_next && (
        <p className="news2-panel__settling">
          Measure <b>{inputLabel(news2.measure_next).toLowerCase()}</b> to settle the score.
        </p>
      )}
      {components.length > 0 && (
        <table className="points">
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Input</th>
              <th scope="col">Note</th>
              <th scope="col">Points</th>
            </tr>
          </thead>
          <tbody>
            {components.map((input) => (
              <tr key={input.name} className={noteFor(input) ? "points__unknown" : ""}>
                <th scope="row">{inputLabel(input.name)}</th>
                <td className="points__note">{noteFor(input)}</td>
                <td className={`points__value points__value--${input.points_min}`}>{pointsText(input.points_min, input.points_max)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
