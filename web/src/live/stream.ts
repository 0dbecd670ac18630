import { createParser } from "eventsource-parser";
import { serverNow } from "../lib/clock";
import { backoffMs } from "./backoff";

/** The server pings every 15 s: twice that without a byte means the connection is dead. */
const SILENCE_MS = 35_000;

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "reconnecting"; since: number; retryAt: number };

export interface StreamOptions {
  open: (signal: AbortSignal) => Promise<Response>;
  onEvent: (name: string, data: string) => void;
  onConnection: (connection: Connection) => void;
}

/** Reads one event stream until it ends; throws when it fails or falls silent. */
async function readStream(response: Response, abort: AbortController, onEvent: StreamOptions["onEvent"]) {
  if (!response.body) throw new Error("The event stream has no body.");
  const parser = createParser({ onEvent: (event) => onEvent(event.event ?? "message", event.data) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => abort.abort(), SILENCE_MS);
      parser.feed(value);
    }
  } finally {
    clearTimeout(watchdog);
  }
}

/** Waits, but no longer than until the browser says that the network is back. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

/** Keeps one event stream open for as long as the page is; returns the function that ends it. */
export function keepStream({ open, onEvent, onConnection }: StreamOptions): () => void {
  const stopped = new AbortController();
  const run = async () => {
    let attempt = 0;
    let lostAt: number | null = null;
    onConnection({ state: "connecting" });
    while (!stopped.signal.aborted) {
      const abort = new AbortController();
      const stop = () => abort.abort();
      stopped.signal.addEventListener("abort", stop);
      try {
        const response = await open(abort.signal);
        await readStream(response, abort, (name, data) => {
          if (name === "ready") {
            attempt = 0;
            lostAt = null;
            onConnection({ state: "live" });
          }
          onEvent(name, data);
        });
      } catch {
        // Whatever the reason, the answer is the same: wait and connect again.
      } finally {
        stopped.signal.removeEventListener("abort", stop);
        abort.abort();
      }
      if (stopped.signal.aborted) return;
      attempt += 1;
      lostAt ??= serverNow();
      const wait = backoffMs(attempt);
      onConnection({ state: "reconnecting", since: lostAt, retryAt: serverNow() + wait });
      await pause(wait, stopped.signal);
    }
  };
  void run();
  return () => stopped.abort();
}
