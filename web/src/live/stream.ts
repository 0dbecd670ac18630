import { createParser } from "eventsource-parser";
import { serverNow } from "../lib/clock";
import { backoffMs } from "./backoff";

/** The server pings every 15 s: without a byte for longer, in opening too, the connection is dead. */
const SILENCE_MS = 20_000;
/** A stream that was live for less has not proved that the trouble is over. */
const STEADY_MS = 10_000;

export type Connection =
  | { state: "connecting" }
  | { state: "live" }
  | { state: "reconnecting"; since: number; retryAt: number };

export interface StreamOptions {
  open: (signal: AbortSignal) => Promise<Response>;
  onEvent: (name: string, data: string) => void;
  onConnection: (connection: Connection) => void;
}

/** Reads one event stream until it ends; throws when it fails or is aborted. */
async function readStream(response: Response, alive: () => void, onEvent: StreamOptions["onEvent"]) {
  if (!response.body) throw new Error("The event stream has no body.");
  const parser = createParser({ onEvent: (event) => onEvent(event.event ?? "message", event.data) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    parser.feed(value);
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

/** Opens the stream once and reads it to its end; how long it was live, and whether it ended well. */
async function readOnce({ open, onEvent }: StreamOptions, onReady: () => void, stopped: AbortSignal) {
  const abort = new AbortController();
  const stop = () => abort.abort();
  stopped.addEventListener("abort", stop);
  let watchdog = setTimeout(stop, SILENCE_MS);
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(stop, SILENCE_MS);
  };
  let readyAt: number | null = null;
  let clean = false;
  try {
    await readStream(await open(abort.signal), alive, (name, data) => {
      if (name === "ready") {
        readyAt = serverNow();
        onReady();
      }
      onEvent(name, data);
    });
    clean = true;
  } catch {
    // Whatever the reason, the answer is the same: wait and connect again.
  } finally {
    clearTimeout(watchdog);
    stopped.removeEventListener("abort", stop);
    abort.abort();
  }
  return { clean, live_ms: readyAt === null ? 0 : serverNow() - readyAt };
}

/** Keeps one event stream open for as long as the page is; returns the function that ends it. */
export function keepStream(options: StreamOptions): () => void {
  const stopped = new AbortController();
  const { onConnection } = options;
  const run = async () => {
    let attempt = 0;
    let lostAt: number | null = null;
    const onReady = () => {
      lostAt = null;
      onConnection({ state: "live" });
    };
    onConnection({ state: "connecting" });
    while (!stopped.signal.aborted) {
      const { clean, live_ms } = await readOnce(options, onReady, stopped.signal);
      if (stopped.signal.aborted) return;
      if (live_ms > STEADY_MS) attempt = 0;
      // The server ends a stream with its access token: that is no loss, and worth no word.
      if (clean && live_ms > STEADY_MS) continue;
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
