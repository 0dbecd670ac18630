import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, MouseEvent } from "react";
import { ApiError } from "../api/client";
import type { Alarm } from "../api/types";
import { cameToPointer, watchArrival } from "../lib/arrivals";
import { DEAD_MS } from "../lib/hold";
import { useLive } from "../live/provider";
import { CheckIcon } from "./icons";

interface AcknowledgeButtonProps {
  alarm: Alarm;
  /** Asks the list to keep its order; called before anything can change it. */
  onHold: () => void;
}

/**
 * The next row that waits for an answer, or the page: never its button, so that a key pressed twice
 * answers one alarm only.
 */
function focusAfter(row: Element | null): void {
  const rows = [...document.querySelectorAll<HTMLElement>(".alarm")];
  const at = rows.findIndex((other) => other === row);
  const around = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))];
  const next = around.find((other) => other.classList.contains("alarm--waiting"));
  (next ?? rows[at] ?? document.getElementById("main"))?.focus();
}

/** A key that is held down answers once. */
function noRepeat(event: KeyboardEvent): void {
  if (event.repeat) event.preventDefault();
}

export function AcknowledgeButton({ alarm, onHold }: AcknowledgeButtonProps) {
  const { client, store } = useLive();
  const [busy, setBusy] = useState(false);
  const [again, setAgain] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => (button.current ? watchArrival(button.current) : undefined), []);
  useEffect(() => {
    if (!again) return;
    const timer = setTimeout(() => setAgain(false), 2 * DEAD_MS);
    return () => clearTimeout(timer);
  }, [again]);

  // Shown as acknowledged only once the server says so: an alarm must not fall silent on a guess.
  const acknowledge = async (byKeyboard: boolean) => {
    const row = button.current?.closest(".alarm") ?? null;
    setBusy(true);
    setError(null);
    onHold();
    try {
      const answer = await client.post<Alarm>(`/api/alarms/${alarm.id}/acknowledge/`);
      onHold();
      // On the page itself where the stream was faster and has taken the button away already.
      const focused = [button.current, document.body].includes(document.activeElement as HTMLButtonElement);
      store.apply({ alarm: answer });
      store.flush();
      if (byKeyboard && focused) focusAfter(row);
    } catch (failure) {
      const closed = failure instanceof ApiError && failure.status === 409;
      setError(closed ? "It has closed meanwhile." : failure instanceof Error ? failure.message : "That failed.");
    } finally {
      setBusy(false);
    }
  };

  const onClick = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy) return;
    // No clicks are counted where a key pressed it, and a key meets what has the focus.
    const byKeyboard = event.detail === 0;
    if (!byKeyboard && cameToPointer(event.currentTarget)) setAgain(true);
    else void acknowledge(byKeyboard);
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        className="button button--acknowledge"
        aria-disabled={busy}
        onClick={onClick}
        onKeyDown={noRepeat}
        aria-label={`Acknowledge: ${[alarm.title, alarm.patient?.name].filter(Boolean).join(", ")}`}
      >
        <CheckIcon />
        {busy ? "Sending…" : again ? "Press again" : "Acknowledge"}
      </button>
      {error && (
        <span className="alarm__error" role="alert">
          {error}
        </span>
      )}
    </>
  );
}
