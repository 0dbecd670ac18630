import type { ConsentWordings } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { Loading } from "./message";

/** What has to be agreed to before the assistant reads anything. */
export function AssistantConsent({ local, onAgreed }: { local: boolean; onAgreed: () => void }) {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<ConsentWordings>("/api/consents/texts/", {});
  const { run, busy, error } = useTask();
  const text = data?.results.find((one) => one.scope === "ai_assistant" && one.current);
  if (!text) {
    if (data || unread) return <Failure error={unread ?? "There is nothing that could be agreed to."} onRetry={retry} />;
    return <Loading rows={3} label="Loading the consent" />;
  }
  const agree = () =>
    void run(() => client.tell("POST", "/api/consents/", { scope: text.scope, version: text.version })).then((done) => {
      if (done) onAgreed();
    });
  return (
    <section className="panel consent" aria-labelledby="consent-title">
      <h2 id="consent-title">Before you ask Dr. Jeg</h2>
      <p className="consent__text">{text.text}</p>
      <ul>
        <li>Dr. Jeg is a program and no doctor. It makes no diagnosis and changes no medicine.</li>
        <li>{local ? "It works on this system by fixed rules: nothing is sent anywhere." : "A language model outside this system writes the answers. It is not told your name or how to reach you."}</li>
        <li>Nobody else can read your conversations. You can delete them, and take this back, at any time.</li>
        <li>In an emergency call for help at once: do not wait for an answer here.</li>
      </ul>
      <Failure error={error} />
      <button type="button" className="button button--primary" onClick={agree} disabled={busy}>
        I agree
      </button>
    </section>
  );
}
