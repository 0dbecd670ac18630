import type { Page, Waiting, WaitingOffer } from "../api/types";
import { clockText, dayText, whenText } from "../lib/appointments";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const NEWEST = { limit: "200" };

/** What somebody waits for, and the times that are kept for them. */
export function WaitingPanel({ onBooked }: { onBooked: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const { data, error: unread, retry } = useFetched<Page<Waiting>>("/api/appointments/waiting-list/", NEWEST);
  const waiting = (data?.results ?? []).filter((one) => one.status === "waiting");
  if (waiting.length === 0) return <Failure error={data ? null : unread} onRetry={retry} />;
  const path = (one: Waiting) => `/api/appointments/waiting-list/${one.id}/`;
  const answer = async (one: Waiting, offer: WaitingOffer, how: "accept" | "decline") => {
    await run(() => client.post(`${path(one)}offers/${offer.id}/${how}/`));
    retry();
    onBooked();
  };
  return (
    <section aria-label="Waiting list">
      <h2>Waiting for a free time</h2>
      <ul className="visits">
        {waiting.map((one) => (
          <li key={one.id} className="visit panel">
            <strong>{one.provider_name || one.specialization}</strong>
            <p className="visit__note">
              Between {dayText(one.earliest)} and {dayText(one.latest)}
            </p>
            {one.offers.map((offer) => (
              <div key={offer.id} className="visit__offer" role="group" aria-label="Offered time">
                <p>
                  <strong>{whenText(offer)}</strong> with {offer.provider_name}, kept for you until {clockText(offer.expires_at)}
                </p>
                <button type="button" className="button button--primary" disabled={busy} onClick={() => void answer(one, offer, "accept")}>
                  Take it
                </button>
                <button type="button" className="button" disabled={busy} onClick={() => void answer(one, offer, "decline")}>
                  Let it go
                </button>
              </div>
            ))}
            <button
              type="button"
              className="button button--quiet"
              disabled={busy}
              onClick={() => void run(() => client.tell("DELETE", path(one))).then(retry)}
            >
              Wait no more
            </button>
          </li>
        ))}
      </ul>
      <Failure error={error} />
    </section>
  );
}
