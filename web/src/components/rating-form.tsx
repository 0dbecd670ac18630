import type { FormEvent } from "react";
import type { AppointmentRating } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const SCALES = [
  ["rating", "All in all"],
  ["punctuality_rating", "On time"],
  ["communication_rating", "Explained well"],
] as const;

/** Rates a completed appointment, once; then it shows what was said. */
export function RatingForm({ appointmentId, onRated }: { appointmentId: string; onRated: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = `/api/appointments/${appointmentId}/rating/`;
  const said = useFetched<AppointmentRating>(path, {});
  if (said.data) {
    return (
      <p className="visit__part">
        Your rating: {said.data.rating} of 5{said.data.feedback && `, “${said.data.feedback}”`}
      </p>
    );
  }
  if (said.error && said.error.status !== 404) return <Failure error={said.error} onRetry={said.retry} />;
  if (said.loading) return null;
  const rate = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const body = {
      ...Object.fromEntries(SCALES.map(([name]) => [name, Number(fields.get(name))])),
      feedback: String(fields.get("feedback")),
      would_recommend: fields.has("would_recommend"),
    };
    if (!(await run(() => client.post(path, body)))) return;
    said.retry();
    onRated();
  };
  return (
    <form className="visit__part visit__form" aria-label="Rate it" onSubmit={(event) => void rate(event)}>
      {SCALES.map(([name, label]) => (
        <label key={name}>
          {label}
          <select name={name} defaultValue="5">
            {[5, 4, 3, 2, 1].map((number) => (
              <option key={number} value={number}>
                {number} of 5
              </option>
            ))}
          </select>
        </label>
      ))}
      <label className="visit__wide">
        In your words
        <textarea name="feedback" rows={2} maxLength={5000} />
      </label>
      <label className="visit__check">
        <input type="checkbox" name="would_recommend" defaultChecked /> I would recommend it
      </label>
      <button className="button" disabled={busy}>
        Rate it
      </button>
      <Failure error={error} />
    </form>
  );
}
