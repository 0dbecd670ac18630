import { useEffect, useState } from "react";
import type { PushKept, PushState } from "../api/types";
import { canPush, subscribe, subscribed } from "../lib/push";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PATH = "/api/notifications/push/";
const NONE = {};

/** Whether this browser is told while no page is open, and which others are. */
export function ThisBrowser() {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<PushState>(PATH, NONE);
  const { run, busy, error } = useTask();
  const [here, setHere] = useState<string | null>(null);
  const key = data?.public_key;
  useEffect(() => {
    // The same subscription again is no second one, and says under which id it is kept.
    if (!key || !canPush()) return;
    void subscribed(key)
      .then((one) => one && client.post<PushKept>(PATH, one))
      .then((kept) => kept && setHere(kept.id))
      .catch(() => undefined);
  }, [client, key]);
  const begin = (publicKey: string) =>
    run(async () => {
      setHere((await client.post<PushKept>(PATH, await subscribe(publicKey))).id);
      retry();
    });
  const end = (id: string) =>
    run(async () => {
      await client.tell("DELETE", `${PATH}${id}/`);
      if (id === here) {
        if (key) await (await subscribed(key))?.unsubscribe();
        setHere(null);
      }
      retry();
    });
  return (
    <section className="account__panel" aria-label="Browsers that are told">
      <h2>Browsers that are told</h2>
      <p className="account__note">
        A browser is told while no page is open, too, and after you log out: turn that off on a machine that others use. Messages never say a measured value.
      </p>
      <ul className="account__sessions">
        {(data?.subscriptions ?? []).map((one) => (
          <li key={one.id}>
            <div>
              <strong>{one.service}</strong>
              <p className="account__note">since {new Date(one.created_at).toLocaleString()}</p>
            </div>
            {one.id === here && <span className="account__here">this one</span>}
            <button type="button" className="button" disabled={busy} onClick={() => void end(one.id)}>
              Tell it no more
            </button>
          </li>
        ))}
      </ul>
      <Failure error={error ?? unread} />
      {data && !key && <p>Pushes are not set up here.</p>}
      {key && !canPush() && <p>This browser cannot be told while no page is open.</p>}
      {key && canPush() && !here && (
        <button type="button" className="button" disabled={busy} onClick={() => void begin(key)}>
          Tell me in this browser
        </button>
      )}
    </section>
  );
}
