import type { FreeSlot, FreeSlots } from "../api/types";
import { byDay, clockText } from "../lib/appointments";
import { useFetched } from "../lib/use-fetched";
import { Failure } from "./failure";

interface Props {
  provider: string;
  hospital?: string | null;
  chosen: string | null;
  onChoose: (slot: FreeSlot) => void;
}

/** Times that can be booked with a provider, by day, on the viewer's clock. */
export function SlotPicker({ provider, hospital, chosen, onChoose }: Props) {
  const path = `/api/providers/${encodeURIComponent(provider)}/availability/`;
  const { data, error, retry } = useFetched<FreeSlots>(path, hospital ? { hospital } : {});
  if (error && !data) return <Failure error={error} onRetry={retry} />;
  if (!data) return <p role="status">Looking for free times…</p>;
  if (data.slots.length === 0) return <p>No time is free in the next days. You can wait for one below.</p>;
  return (
    <div className="slots" role="group" aria-label="Free times">
      {byDay(data.slots, (slot) => slot.start).map(([day, slots]) => (
        <div key={day} className="slots__day">
          <h3>{day}</h3>
          {slots.map((slot) => (
            <button
              key={slot.start}
              type="button"
              className={`button slots__time ${slot.start === chosen ? "button--primary" : ""}`}
              aria-pressed={slot.start === chosen}
              onClick={() => onChoose(slot)}
            >
              {clockText(slot.start)}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
