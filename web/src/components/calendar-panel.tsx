import { useState } from "react";
import type { CalendarFeed } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PATH = "/api/appointments/calendar-feed/";
const NONE = {};

/** A secret address by which a calendar program shows one's appointments. */
export function CalendarPanel() {
  const { client } = useLive();
  const { data, error: unread } = useFetched<CalendarFeed>(PATH, NONE);
  const { run, busy, error } = useTask();
  /** What was made or ended here; until then, what there is. */
  const [made, setMade] = useState<CalendarFeed | null | undefined>(undefined);
  const feed = made === undefined ? data : made;
  const make = () => run(async () => setMade(await client.post<CalendarFeed>(PATH)));
  const end = () => run(() => client.tell("DELETE", PATH).then(() => setMade(null)));
  return (
    <section className="panel visit__part" aria-label="In your calendar">
      <h2>In your calendar</h2>
      <p className="visit__note">A calendar program shows your appointments: when, where and with whom. Whoever has the address sees that, too.</p>
      {feed && (
        <label className="visit__link">
          Address
          <input readOnly value={feed.url} onFocus={(event) => event.target.select()} />
        </label>
      )}
      <div className="visit__actions">
        <button type="button" className="button" disabled={busy} onClick={() => void make()}>
          {feed ? "Make another address" : "Make an address"}
        </button>
        {feed && (
          <button type="button" className="button" disabled={busy} onClick={() => void end()}>
            End it
          </button>
        )}
      </div>
      <Failure error={error ?? (unread?.status === 404 ? null : unread)} />
    </section>
  );
}
