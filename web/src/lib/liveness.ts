import type { BoardRow } from "../api/types";
import type { Connection } from "../live/stream";
import { metricInfo } from "./metrics";

/** With monitors that report every few seconds, a whole board without a reading for so long is none of theirs. */
export const QUIET_AFTER_MS = 60_000;
/** Nobody has been measured all the time since yesterday: that board is not one of monitors. */
const MONITORED_WITHIN_MS = 86_400_000;

export type Liveness =
  | { kind: "live" }
  | { kind: "connecting" }
  | { kind: "lost"; since: number; retryAt: number }
  /** The API answers, and says that it cannot work, or its check does not answer. */
  | { kind: "unready"; since: number }
  /** All is connected, but nothing comes from any bed. */
  | { kind: "quiet"; since: number };

/** When the newest reading of any monitor on the board came in (server's clock); null without one. */
export function newestReading(board: Iterable<BoardRow>): number | null {
  let newest: number | null = null;
  for (const { vitals } of board) {
    for (const [code, vital] of Object.entries(vitals)) {
      if (!vital || metricInfo(code).quietAfter_ms === undefined) continue;
      newest = Math.max(newest ?? 0, Date.parse(vital.received_at));
    }
  }
  return newest;
}

/** Whether what is shown is the present, the most serious doubt first. */
export function liveness(
  connection: Connection,
  unreadySince: number | null,
  newest_ms: number | null,
  now_ms: number,
): Liveness {
  if (connection.state === "reconnecting") return { kind: "lost", since: connection.since, retryAt: connection.retryAt };
  if (unreadySince !== null) return { kind: "unready", since: unreadySince };
  if (connection.state === "connecting") return { kind: "connecting" };
  const age = newest_ms === null ? 0 : now_ms - newest_ms;
  if (newest_ms !== null && age > QUIET_AFTER_MS && age < MONITORED_WITHIN_MS) return { kind: "quiet", since: newest_ms };
  return { kind: "live" };
}
