import type { Alarm, Page, Transition } from "../api/types";
import { STATE_LABELS } from "../lib/alarms";
import { momentText, absoluteText } from "../lib/time";
import { peopleText } from "../lib/metrics";
import { useFetched } from "../lib/use-fetched";
import { Loading, Message } from "./message";

function Step({ step }: { step: Transition }) {
  const at = Date.parse(step.at);
  const until = typeof step.detail["until"] === "string" ? ` until ${momentText(Date.parse(step.detail["until"]))}` : "";
  return (
    <li className="history__step">
      <time dateTime={step.at} title={absoluteText(at)}>
        {momentText(at)}
      </time>
      <span>
        <b>{peopleText(step.reason)}</b>
        {until} {step.actor ? `by ${step.actor.name}` : ""}
        {step.from_state !== step.to_state && <span className="history__state"> → {STATE_LABELS[step.to_state]}</span>}
        {step.note && <q className="history__note">{step.note}</q>}
      </span>
    </li>
  );
}

/** Every step with who and when, the newest first. */
export function AlarmHistory({ alarm }: { alarm: Alarm }) {
  const { data, error, retry } = useFetched<Page<Transition>>(`/api/alarms/${alarm.id}/history/`, { limit: "200" });
  if (error) {
    return (
      <Message title="The history cannot be shown" tone="error" onRetry={retry}>
        <p>{error.message}</p>
      </Message>
    );
  }
  if (!data) return <Loading rows={2} label="Loading the history" />;
  return (
    <ol className="history" aria-label="History">
      {[...data.results].reverse().map((step, index) => (
        <Step key={`${step.at}-${index}`} step={step} />
      ))}
    </ol>
  );
}
