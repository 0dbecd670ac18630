import { useEffect, useRef, useState } from "react";
import type { FormEvent, KeyboardEvent } from "react";
import { useConversation } from "../lib/use-conversation";
import { absoluteText } from "../lib/time";
import { AssistantMessage } from "./assistant-message";
import { Failure } from "./failure";
import { Loading } from "./message";

const BEGINNINGS = ["How are my measurements?", "How has my blood pressure been this week?", "Which medications do I take?", "When is my next appointment?"];
const MOST_CHARACTERS = 4000;

interface TalkProps {
  id: string | null;
  begin: () => Promise<string>;
  onAnswer: () => void;
}

/** One conversation, and where the next message is written. */
export function AssistantTalk({ id, begin, onAnswer }: TalkProps) {
  const { messages, proposal, busy, error, loading, say, interrupt, decide } = useConversation(id, begin, onAnswer);
  const [text, setText] = useState("");
  const end = useRef<HTMLDivElement>(null);
  const last = messages.at(-1);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [messages.length, last?.content, proposal]);
  const send = (message: string) => {
    if (!message.trim()) return;
    setText("");
    if (!busy) void say(message.trim());
    else void interrupt(message.trim()).then((taken) => taken || setText((since) => since || message));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(text);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      send(text);
    }
  };
  const chips = messages.length === 0 ? BEGINNINGS : last?.sender === "assistant" ? last.follow_up_questions : [];
  return (
    <section className="panel chat" aria-label="Conversation">
      <div className="chat__said">
        {loading && <Loading rows={3} label="Loading the conversation" />}
        {!loading && messages.length === 0 && <p className="chat__empty">Ask about your measurements, medicines, alarms or appointments, or tell of symptoms.</p>}
        <ol aria-live="polite">
          {messages.map((one, place) => (
            <AssistantMessage key={one.id ?? `new-${place}`} message={one} conversation={id} />
          ))}
        </ol>
        {proposal && (
          <div className="proposal" role="group" aria-label="Proposed appointment">
            <p>
              Book {absoluteText(Date.parse(proposal.starts_at))}, {proposal.duration_minutes} minutes, {proposal.appointment_type === "video" ? "by video" : "in person"}?
            </p>
            <button type="button" className="button button--primary" disabled={busy} onClick={() => void decide(true)}>
              Yes, book it
            </button>
            <button type="button" className="button" disabled={busy} onClick={() => void decide(false)}>
              No
            </button>
          </div>
        )}
        <div ref={end} />
      </div>
      <Failure error={error} />
      {chips.length > 0 && !busy && (
        <div className="chips" role="group" aria-label="Questions to go on with">
          {chips.map((one) => (
            <button type="button" className="chip" key={one} onClick={() => send(one)}>
              {one}
            </button>
          ))}
        </div>
      )}
      <form className="chat__form" onSubmit={submit}>
        <label className="visually-hidden" htmlFor="chat-text">
          Message to Dr. Jeg
        </label>
        <textarea id="chat-text" rows={2} maxLength={MOST_CHARACTERS} value={text} placeholder="Write to Dr. Jeg" onChange={(event) => setText(event.target.value)} onKeyDown={onKey} />
        <button type="submit" className="button button--primary" disabled={!text.trim()}>
          Send
        </button>
      </form>
    </section>
  );
}
