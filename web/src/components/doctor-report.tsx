import type { DoctorReport } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { Loading, Message } from "./message";

const MARKS = { pass: "✓", fail: "✗", unknown: "?" };
const WORDS = { pass: "right", fail: "wrong", unknown: "not seen yet" };
const VERDICTS = {
  pass: "Everything was seen, and all of it is right.",
  fail: "Something must be mended.",
  unknown: "Nothing wrong was seen, but not everything was seen.",
};

/** What the firmware does right and wrong, for whoever makes it. */
export function DoctorReportPanel({ id }: { id: string }) {
  const { data, error, retry } = useFetched<DoctorReport>(`/api/iot/devices/${id}/doctor/`, {});
  return (
    <section className="panel" aria-label="Firmware">
      <h2>Firmware</h2>
      {error && !data && <Message title="The report cannot be shown" tone="error" onRetry={retry} />}
      {!error && !data && <Loading rows={4} label="Examining the firmware" />}
      {data && (
        <>
          <p className="device__note">
            {VERDICTS[data.result]} {data.boot !== null && `Boot ${data.boot}.`}
          </p>
          <ul className="checks">
            {data.checks.map((check) => (
              <li key={check.name} className={`check check--${check.result}`}>
                <span className="check__mark" aria-hidden="true">
                  {MARKS[check.result]}
                </span>
                <div>
                  <strong>{check.name.replaceAll("_", " ")}</strong>
                  <span className="visually-hidden">: {WORDS[check.result]}</span> <span>{check.found}</span>
                  {check.remedy && <p className="check__remedy">{check.remedy}</p>}
                </div>
              </li>
            ))}
          </ul>
          <button type="button" className="button" onClick={retry}>
            Look again
          </button>
        </>
      )}
    </section>
  );
}
