import { useState } from "react";
import type { FreeSlot, FreeSlots } from "../api/types";
import { byDay, clockText } from "../lib/appointments";
import { addDays } from "../lib/days";
import { placeOf, thereText } from "../lib/providers";
import { dateText } from "../lib/times";
import { useFetched } from "../lib/use-fetched";
import { Failure } from "./failure";
import { Loading } from "./message";

interface SlotPickerProps {
  provider: string;
  /** Left out: wherever the provider works, to be chosen from. */
  hospital?: string | null | undefined;
  /** Beginning of the one that is chosen. */
  chosen?: string | null;
  onChoose: (slot: FreeSlot) => void;
}

/** Times that can be booked with a provider, by day, on the viewer's clock; some days at once. */
export function SlotPicker({ provider, hospital, chosen = null, onChoose }: SlotPickerProps) {
  const [first, setFirst] = useState("");
  const [where, setWhere] = useState("");
  const path = `/api/providers/${encodeURIComponent(provider)}/availability/`;
  const { data, error, loading, retry } = useFetched<FreeSlots>(path, { from: first, hospital });
  if (!data) return error ? <Failure error={error} onRetry={retry} /> : <Loading rows={3} label="Looking for free times" />;
  const places = new Map(data.slots.map((slot) => [placeOf(slot), slot.hospital_name ?? "By video"]));
  const slots = data.slots.filter((slot) => !where || placeOf(slot) === where);
  return (
    <div className="slots" role="group" aria-label="Free times" aria-busy={loading}>
      {(places.size > 1 || where) && (
        <label className="slots__where">
          Where
          <select value={where} onChange={(event) => setWhere(event.target.value)}>
            <option value="">Anywhere</option>
            {[...places].map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {slots.length === 0 && (
        <p className="panel__empty">
          No time is free from {dateText(data.first_date)} to {dateText(data.last_date)}.
        </p>
      )}
      {byDay(slots, (slot) => slot.start).map(([day, ofDay]) => (
        <div key={day} className="slots__day" role="group" aria-label={day}>
          <h3>{day}</h3>
          {ofDay.map((slot) => (
            <button
              key={slot.start}
              type="button"
              className={`button slots__time ${slot.start === chosen ? "button--primary" : ""}`}
              title={[slot.hospital_name ?? "By video", thereText(slot)].filter(Boolean).join(", ")}
              aria-pressed={slot.start === chosen}
              onClick={() => onChoose(slot)}
            >
              {clockText(slot.start)}
            </button>
          ))}
        </div>
      ))}
      <Failure error={error} onRetry={retry} />
      <div className="slots__days">
        {first && (
          <button type="button" className="button button--quiet" disabled={loading} onClick={() => setFirst("")}>
            From today
          </button>
        )}
        <button type="button" className="button button--quiet" disabled={loading} onClick={() => setFirst(addDays(data.last_date, 1))}>
          Later days
        </button>
      </div>
      {slots.some((slot) => thereText(slot)) && <p className="account__note">Times are on your clock; the place is in another zone.</p>}
    </div>
  );
}
