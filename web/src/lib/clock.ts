import { useSyncExternalStore } from "react";

/** A machine whose clock is this far off would show wrong ages: the server's clock is used then. */
const TOLERATED_MS = 3_000;

let offset_ms = 0;

/** Learns the difference to the server's clock from a `Date` header (whole seconds). */
export function noteServerTime(header: string | null): void {
  const server = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  offset_ms = Math.abs(difference) > TOLERATED_MS ? difference : 0;
}

/** Now in milliseconds since 1970, as the server sees it. */
export function serverNow(): number {
  return Date.now() + offset_ms;
}

let second = serverNow();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second = serverNow();
    for (const tell of listeners) tell();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

/** The server's time, anew every second: one timer for every age on the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second);
}
