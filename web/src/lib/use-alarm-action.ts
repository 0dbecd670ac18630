import { useRef, useState } from "react";
import type { Alarm } from "../api/types";
import { useLive } from "../live/provider";
import { act, conflictText } from "./alarm-actions";
import type { Action } from "./alarm-actions";

/**
 * Acts on one alarm, one thing after the other; a conflict is told, and the alarm is fetched as it
 * is now. The same action twice is done once.
 */
export function useAlarmAction(alarm: Alarm, onHold: () => void) {
  const { client, store } = useLive();
  const [busy, setBusy] = useState<Action | null>(null);
  const [error, setError] = useState<string | null>(null);
  const seen = useRef(alarm);
  const waiting = useRef(new Set<Action>());
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  if (alarm.version > seen.current.version) seen.current = alarm;

  const show = (answer: Alarm) => {
    seen.current = answer;
    store.apply({ alarm: answer });
    store.flush();
  };

  const perform = async (action: Action, body?: unknown): Promise<boolean> => {
    setBusy(action);
    setError(null);
    onHold();
    try {
      show(await act(client, seen.current, action, body));
      return true;
    } catch (failure) {
      const { text, reload } = conflictText(failure);
      setError(text);
      if (reload) await client.get<Alarm>(`/api/alarms/${alarm.id}/`).then(show, () => undefined);
      return false;
    } finally {
      waiting.current.delete(action);
      setBusy(null);
    }
  };

  const run = (action: Action, body?: unknown): Promise<boolean> => {
    if (waiting.current.has(action)) return Promise.resolve(false);
    waiting.current.add(action);
    const done = queue.current.then(() => perform(action, body));
    queue.current = done;
    return done;
  };
  return { run, busy, error };
}
