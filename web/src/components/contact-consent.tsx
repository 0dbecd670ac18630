import type { EmergencyContact } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PATH = "/api/notifications/emergency-contact/";
const NONE = {};

/** Whether the emergency contact may be told of alarms that nobody answered. */
export function ContactConsent() {
  const { client } = useLive();
  const { data, tag, error: unread, retry } = useFetched<EmergencyContact>(PATH, NONE);
  const { run, busy, error } = useTask();
  const allow = async (consent: boolean) => {
    if (await run(() => client.tell("PUT", PATH, { consent }, tag))) retry();
  };
  return (
    <section className="account__panel" aria-label="Emergency contact">
      <h2>Emergency contact</h2>
      <p className="account__note">{data?.name && data.phone ? `${data.name}, ${data.phone}` : "None; enter one with a telephone in the profile."}</p>
      {data?.name && data.phone && (
        <label className="account__field account__field--check">
          <input type="checkbox" checked={data.consented_at !== null} disabled={busy} onChange={(event) => void allow(event.target.checked)} />
          <span>They may be told, by text message, that somebody should look after me when nobody answers an alarm of mine</span>
        </label>
      )}
      <Failure error={error ?? unread} />
    </section>
  );
}
