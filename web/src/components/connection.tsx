import { useMemo } from "react";
import { liveness, newestReading } from "../lib/liveness";
import type { Liveness } from "../lib/liveness";
import { useNow } from "../lib/clock";
import { durationText } from "../lib/time";
import { useLiveState } from "../live/provider";

/** `monitors`: whoever looks watches monitors, so that silence of all of them is a doubt. */
function useLiveness(now: number, monitors: boolean): Liveness {
  const connection = useLiveState((state) => state.connection);
  const unreadySince = useLiveState((state) => state.unreadySince);
  const board = useLiveState((state) => state.board);
  const newest = useMemo(() => newestReading(board?.values() ?? []), [board]);
  return liveness(connection, unreadySince, monitors ? newest : null, now);
}

const TAGS: Record<Liveness["kind"], string> = {
  live: "connection--live",
  connecting: "",
  lost: "connection--lost",
  unready: "connection--doubt",
  quiet: "connection--doubt",
};

function tagText(live: Liveness, now: number): string {
  switch (live.kind) {
    case "live":
      return "Live";
    case "connecting":
      return "Connecting";
    case "lost":
      return "Reconnecting";
    case "unready":
      return "Not live";
    case "quiet":
      return `No new readings for ${durationText(now - live.since)}`;
  }
}

/** Whether what is shown is current, in the page's header. */
export function ConnectionTag({ monitors }: { monitors: boolean }) {
  const now = useNow();
  const live = useLiveness(now, monitors);
  const wait = live.kind === "lost" ? Math.max(0, Math.ceil((live.retryAt - now) / 1000)) : 0;
  // What counts seconds is not read out: the bar below says it once.
  const steady = live.kind === "live" || live.kind === "connecting";
  return (
    <span
      className={`connection ${TAGS[live.kind]}`}
      role={steady ? "status" : undefined}
      title={wait > 0 ? `Next attempt in ${wait} s` : undefined}
    >
      <span className="connection__dot" aria-hidden="true" />
      {tagText(live, now)}
    </span>
  );
}

function Moment({ at }: { at: number }) {
  const date = new Date(at);
  return <time dateTime={date.toISOString()}>{date.toLocaleTimeString(undefined, { hourCycle: "h23" })}</time>;
}

function Explanation({ live }: { live: Exclude<Liveness, { kind: "live" | "connecting" }> }) {
  const at = <Moment at={live.since} />;
  if (live.kind === "lost") {
    return (
      <>
        <strong>{navigator.onLine ? "Not live." : "Offline."}</strong> The connection was lost at {at}. Values may be
        older than the bedside; reconnecting.
      </>
    );
  }
  if (live.kind === "unready") {
    return (
      <>
        <strong>Not live.</strong> Since {at} the server cannot reach its database. Values and alarms may be older than
        the bedside.
      </>
    );
  }
  return (
    <>
      <strong>No new readings</strong> from any monitor since {at}. This page is connected, but nothing arrives: look at
      the patients, not at these values.
    </>
  );
}

/** A broad bar under the header: values on a page that is not live must not be taken for current. */
export function ConnectionBar({ monitors }: { monitors: boolean }) {
  const error = useLiveState((state) => state.error);
  const hasBoard = useLiveState((state) => state.board !== null);
  const now = useNow();
  const live = useLiveness(now, monitors);
  const doubt = live.kind === "live" || live.kind === "connecting" ? null : live;
  if (doubt && now - doubt.since > 1_500) {
    return (
      <div className="bar bar--warning" role="alert">
        <Explanation live={doubt} />
      </div>
    );
  }
  if (error && hasBoard) {
    return (
      <div className="bar bar--warning" role="alert">
        <strong>Not refreshed.</strong> {error}
      </div>
    );
  }
  return null;
}
