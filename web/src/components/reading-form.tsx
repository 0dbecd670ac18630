import { useState, type FormEvent } from "react";
import { ApiError } from "../api/client";
import { ENTERABLE, localMinute } from "../lib/entry";
import { metricInfo } from "../lib/metrics";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PRESSURE = "blood_pressure";

function Value({ name, label }: { name: string; label: string }) {
  return (
    <label>
      {label}
      <input name={name} type="number" step="any" inputMode="decimal" required autoComplete="off" />
    </label>
  );
}

/** One reading by hand, in whichever unit it was taken. */
export function ReadingForm({ patient, onEntered }: { patient: string; onEntered: () => void }) {
  const { client } = useLive();
  const [metric, setMetric] = useState(PRESSURE);
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const [error, setError] = useState("");
  const units = ENTERABLE.find((one) => one.metric === metric)?.units ?? [];

  const enter = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const number = (name: string) => (fields.has(name) ? Number(fields.get(name)) : undefined);
    setState("busy");
    setError("");
    try {
      const body = {
        metric_type: metric,
        value: number("value"),
        systolic_value: number("systolic_value"),
        diastolic_value: number("diastolic_value"),
        unit: String(fields.get("unit")),
        recorded_at: new Date(String(fields.get("recorded_at"))).toISOString(),
        notes: String(fields.get("notes")),
      };
      await client.post("/api/health-metrics/", body, undefined, { patient });
      form.reset();
      setState("done");
      onEntered();
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : "The reading was not entered.");
      setState("idle");
    }
  };

  return (
    <form className="entry" aria-label="Enter a reading" onSubmit={(event) => void enter(event)} onChange={() => setState("idle")}>
      <h2>Enter a reading</h2>
      <div className="entry__row">
        <label>
          What
          <select value={metric} onChange={(event) => setMetric(event.target.value)}>
            {ENTERABLE.map((one) => (
              <option key={one.metric} value={one.metric}>
                {metricInfo(one.metric).label}
              </option>
            ))}
          </select>
        </label>
        {metric === PRESSURE ? (
          <>
            <Value name="systolic_value" label="Upper" />
            <Value name="diastolic_value" label="Lower" />
          </>
        ) : (
          <Value name="value" label="Value" />
        )}
        <label>
          Unit
          <select name="unit" key={metric}>
            {units.map(([unit, label]) => (
              <option key={unit} value={unit}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div className="entry__row">
        <label>
          When
          <input name="recorded_at" type="datetime-local" required defaultValue={localMinute(new Date())} />
        </label>
        <label className="entry__wide">
          Notes
          <input name="notes" maxLength={2000} placeholder="If there is something to say" />
        </label>
      </div>
      <div className="entry__end">
        <button type="submit" className="button button--primary" disabled={state === "busy"}>
          {state === "busy" ? "Entering…" : "Enter"}
        </button>
        <p role="status">{state === "done" && "Entered."}</p>
        <Failure error={error} />
      </div>
    </form>
  );
}
