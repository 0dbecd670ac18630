import { useState } from "react";
import type { NumberSource } from "../api/types";
import type { Shown } from "../lib/assistant";
import { modelText, pieces } from "../lib/assistant";
import { unitText } from "../lib/metrics";
import { absoluteText } from "../lib/time";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const NOTES: Partial<Record<Shown["outcome"], string>> = {
  fallback: "No language model answered this: fixed rules did.",
  withheld: "An answer was held back.",
};

function sourceText(source: NumberSource): string {
  const value = source.value === null ? "" : ` ${Number(source.value.toFixed(1))} ${unitText(source.unit)}`;
  const when = source.measured_at ? `, ${absoluteText(Date.parse(source.measured_at))}` : "";
  return `${source.label}:${value}${when} (${source.kind})`;
}

function Numbers({ sources }: { sources: NumberSource[] }) {
  if (sources.length === 0) return <p className="sources__none">This answer has no numbers of yours.</p>;
  return (
    <ul className="sources">
      {sources.map((one, place) => (
        <li key={place}>
          <strong>{one.quote}</strong> {sourceText(one)}
        </li>
      ))}
    </ul>
  );
}

function Rating({ path }: { path: string }) {
  const { client } = useLive();
  const [rated, setRated] = useState<boolean | null>(null);
  const rate = (helpful: boolean) => {
    setRated(helpful);
    client.tell("PUT", `${path}feedback/`, { helpful }).catch(() => setRated(null));
  };
  return (
    <span className="rating" role="group" aria-label="Was this helpful?">
      {[true, false].map((one) => (
        <button type="button" key={String(one)} className="link" aria-pressed={rated === one} onClick={() => rate(one)}>
          {one ? "Helpful" : "Not helpful"}
        </button>
      ))}
    </span>
  );
}

/** What was said: a number leads to its reading, a red flag stands out. */
export function AssistantMessage({ message, conversation }: { message: Shown; conversation: string | null }) {
  const { client } = useLive();
  const [fetched, setFetched] = useState<NumberSource[] | null>(null);
  const [open, setOpen] = useState(false);
  const { run, error } = useTask();
  const path = `/api/dr-jeg/conversations/${conversation}/messages/${message.id}/`;
  const sources = message.sources ?? fetched;
  const toggle = () => {
    setOpen(!open);
    if (!open && !sources) void run(async () => setFetched((await client.get<{ results: NumberSource[] }>(`${path}sources/`)).results));
  };
  if (message.sender === "user") return <li className="said said--user">{message.content}</li>;
  const writing = message.outcome === "writing";
  const urgent = message.red_flags.length > 0;
  return (
    <li className={`said said--assistant${urgent ? " said--urgent" : ""}`} aria-busy={writing}>
      {urgent && (
        <div className="urgent" role="alert">
          <strong>This cannot wait</strong>
          {message.emergency_number && (
            <a className="button urgent__call" href={`tel:${message.emergency_number}`}>
              Call {message.emergency_number}
            </a>
          )}
        </div>
      )}
      <p className="said__text">
        {pieces(message.content, sources).map((one, place) =>
          one.source ? (
            <abbr className="number" key={place} title={sourceText(one.source)}>
              {one.text}
            </abbr>
          ) : (
            one.text
          ),
        )}
        {writing && <span className="writing" role="status" aria-label="Dr. Jeg is writing" />}
      </p>
      {NOTES[message.outcome] && <p className="said__note">{NOTES[message.outcome]}</p>}
      {message.recommendations.length > 0 && !urgent && (
        <ul className="advised" aria-label="Recommendations">
          {message.recommendations.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {message.id && (
        <p className="said__foot">
          <button type="button" className="link" aria-expanded={open} onClick={toggle}>
            Where the numbers come from
          </button>
          <Rating path={path} />
          <span title="What answered">{modelText(message.ai_model)}</span>
        </p>
      )}
      {open && <Failure error={error} />}
      {open && sources && <Numbers sources={sources} />}
    </li>
  );
}
