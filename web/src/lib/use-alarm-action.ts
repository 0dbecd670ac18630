import { useState } from "react";
import type { Alarm } from "../api/types";
import { useLive } from "../live/provider";
import { act, conflictText } from "./alarm-actions";
import type { Action } from "./alarm-actions";

/** Acts on one alarm; a conflict is told, and the alarm is fetched as it is now. */
export function useAlarmAction(alarm: Alarm, onHold: () => void) {
  const { client, store } = useLive();
  const [busy, setBusy] = useState<Action | null>(null);
  const [error, setError] = useState<string | null>(null);

  const show = (answer: Alarm) => {
    store.apply({ alarm: answer });
    store.flush();
  };

  const run = async (action: Action, body?: unknown): Promise<boolean> => {
    if (busy) return false;
    setBusy(action);
    setError(null);
    onHold();
    try {
      show(await act(client, alarm, action, body));
      return true;
    } catch (failure) {
      const { text, reload } = conflictText(failure);
      setError(text);
      if (reload) await client.get<Alarm>(`/api/alarms/${alarm.id}/`).then(show, () => undefined);
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { run, busy, error };
}
