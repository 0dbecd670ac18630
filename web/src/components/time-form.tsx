import { useState, type FormEvent } from "react";
import type { Provider, ProviderTime } from "../api/types";
import { dayAhead } from "../lib/days";
import { WEEKDAYS, recurrenceOf, ruleOf, type Repeat } from "../lib/times";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { FormEnd } from "./fields";

interface TimeFormProps {
  provider: Provider;
  time: ProviderTime | null;
  /** ETag at which the time was seen. */
  tag: string | null;
  onSaved: () => void;
  onCancel: () => void;
}

/** When a provider can be booked: once, or by a rule. */
export function TimeForm({ provider, time, tag, onSaved, onCancel }: TimeFormProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const known = recurrenceOf(time?.rrule ?? (time ? "" : "FREQ=WEEKLY"));
  const [repeat, setRepeat] = useState<Repeat>(known.repeat);
  const path = `/api/providers/${provider.id}/availability/`;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const body = {
      date: text("date"),
      start_time: text("start_time"),
      end_time: text("end_time"),
      hospital_id: text("hospital_id") || null,
      time_zone: text("time_zone") || null,
      slot_minutes: text("slot_minutes") ? Number(text("slot_minutes")) : null,
      rrule: ruleOf({ repeat, days: form.getAll("days").map(String), until: text("until"), rule: text("rule") }),
    };
    void run(() => (time ? client.tell("PUT", `${path}${time.id}/`, body, tag) : client.tell("POST", path, body))).then((done) => done && onSaved());
  };
  return (
    <form className="form" onSubmit={submit}>
      <label>
        From
        <input name="start_time" type="time" required defaultValue={time?.start_time.slice(0, 5) ?? "09:00"} />
      </label>
      <label>
        To
        <input name="end_time" type="time" required defaultValue={time?.end_time.slice(0, 5) ?? "17:00"} />
      </label>
      <label>
        {repeat === "once" ? "Day" : "First day"}
        <input name="date" type="date" required defaultValue={time?.date ?? dayAhead(1)} />
      </label>
      <label>
        Repeats
        <select value={repeat} onChange={(event) => setRepeat(event.target.value as Repeat)}>
          <option value="once">Once</option>
          <option value="weekly">Every week</option>
          <option value="daily">Every day</option>
          <option value="own">By a rule</option>
        </select>
      </label>
      {repeat === "weekly" && (
        <fieldset className="form__wide form__days">
          <legend>On</legend>
          {WEEKDAYS.map(([code, name]) => (
            <label key={code} className="form__check">
              <input type="checkbox" name="days" value={code} defaultChecked={known.days.includes(code)} /> {name}
            </label>
          ))}
        </fieldset>
      )}
      {(repeat === "weekly" || repeat === "daily") && (
        <label>
          Until (empty: without an end)
          <input name="until" type="date" defaultValue={known.until} />
        </label>
      )}
      {repeat === "own" && (
        <label className="form__wide">
          Rule (RRULE of RFC 5545: DAILY, WEEKLY or MONTHLY)
          <input name="rule" required maxLength={200} defaultValue={known.rule} placeholder="FREQ=MONTHLY;BYDAY=1MO" />
        </label>
      )}
      <label>
        Where
        <select name="hospital_id" defaultValue={time ? (time.hospital_id ?? "") : (provider.primary_hospital?.id ?? "")}>
          <option value="">By video alone</option>
          {provider.hospitals.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Minutes of an appointment
        <input name="slot_minutes" type="number" min={5} max={480} defaultValue={time?.slot_minutes ?? ""} placeholder={String(provider.slot_minutes)} />
      </label>
      <label>
        Time zone
        <input name="time_zone" defaultValue={time?.time_zone ?? ""} placeholder="That of the place" />
      </label>
      <FormEnd busy={busy} error={error} onCancel={onCancel} />
    </form>
  );
}
