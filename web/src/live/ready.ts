/** How often the API is asked whether it can do its work, and how long it may take to say so. */
const EVERY_MS = 10_000;
const PATIENCE_MS = 5_000;

/** Asks again and again; returns the function that ends it. */
export function watchReady(ask: (signal: AbortSignal) => Promise<boolean>, tell: (ready: boolean) => void): () => void {
  const stopped = new AbortController();
  const once = async () => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const ready = await ask(signal).catch(() => false);
    if (!stopped.signal.aborted) tell(ready);
  };
  void once();
  const timer = setInterval(() => void once(), EVERY_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}
