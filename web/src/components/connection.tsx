import { useNow } from "../lib/clock";
import { useLiveState } from "../live/provider";

/** Whether what is shown is current, in the page's header. */
export function ConnectionTag() {
  const connection = useLiveState((state) => state.connection);
  const now = useNow();
  if (connection.state === "live") {
    return (
      <span className="connection connection--live" role="status">
        <span className="connection__dot" aria-hidden="true" />
        Live
      </span>
    );
  }
  if (connection.state === "connecting") {
    return (
      <span className="connection" role="status">
        <span className="connection__dot" aria-hidden="true" />
        Connecting
      </span>
    );
  }
  const wait = Math.max(0, Math.ceil((connection.retryAt - now) / 1000));
  return (
    <span className="connection connection--lost" title={wait > 0 ? `Next attempt in ${wait} s` : "Trying now"}>
      <span className="connection__dot" aria-hidden="true" />
      Reconnecting
    </span>
  );
}

/** A broad bar under the header: values on a page that is not live must not be taken for current. */
export function ConnectionBar() {
  const connection = useLiveState((state) => state.connection);
  const error = useLiveState((state) => state.error);
  const hasBoard = useLiveState((state) => state.board !== null);
  const now = useNow();
  if (connection.state === "reconnecting" && now - connection.since > 1_500) {
    const since = new Date(connection.since);
    return (
      <div className="bar bar--warning" role="alert">
        <strong>{navigator.onLine ? "Not live." : "Offline."}</strong> The connection was lost at{" "}
        <time dateTime={since.toISOString()}>{since.toLocaleTimeString(undefined, { hourCycle: "h23" })}</time>. Values
        may be older than the bedside; reconnecting.
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
