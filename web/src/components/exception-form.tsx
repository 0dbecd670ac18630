import { useState, type FormEvent } from "react";
import type { ProviderTime } from "../api/types";
import { dayAhead } from "../lib/days";
import { hoursText, repeatText } from "../lib/times";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { FormEnd } from "./fields";

interface ExceptionFormProps {
  provider: string;
  times: readonly ProviderTime[];
  onSaved: () => void;
  onCancel: () => void;
}

/** Days off, or other hours of a time on one day. */
export function ExceptionForm({ provider, times, onSaved, onCancel }: ExceptionFormProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [kind, setKind] = useState<"off" | "hours">("off");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim() || null;
    const body = {
      first_date: text("first_date"),
      last_date: text("last_date"),
      availability_id: text("availability_id"),
      start_time: text("start_time"),
      end_time: text("end_time"),
      reason: text("reason") ?? "",
    };
    void run(() => client.tell("POST", `/api/providers/${provider}/availability/exceptions/`, body)).then((done) => done && onSaved());
  };
  return (
    <form className="form" onSubmit={submit}>
      <label>
        What
        <select value={kind} onChange={(event) => setKind(event.target.value as "off" | "hours")}>
          <option value="off">Days off</option>
          {times.length > 0 && <option value="hours">Other hours on a day</option>}
        </select>
      </label>
      <label>
        Of which time
        <select name="availability_id" required={kind === "hours"} key={kind}>
          {kind === "off" && <option value="">All of them</option>}
          {times.map((one) => (
            <option key={one.id} value={one.id}>
              {hoursText(one.start_time, one.end_time)}, {repeatText(one)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {kind === "off" ? "First day" : "Day"}
        <input name="first_date" type="date" required defaultValue={dayAhead(1)} />
      </label>
      {kind === "off" ? (
        <label>
          Last day (empty: one day)
          <input name="last_date" type="date" />
        </label>
      ) : (
        <>
          <label>
            From
            <input name="start_time" type="time" required />
          </label>
          <label>
            To
            <input name="end_time" type="time" required />
          </label>
        </>
      )}
      <label className="form__wide">
        Reason (not shown to patients)
        <input name="reason" maxLength={200} />
      </label>
      <p className="form__wide kept__note">Appointments stand; whoever has one is told.</p>
      <FormEnd busy={busy} error={error} onCancel={onCancel} />
    </form>
  );
}
