import { useCallback, useState } from "react";

interface Task {
  /** Whether it was done; if not, `error` says why. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  busy: boolean;
  error: string | null;
}

/** Something that a form asks of the API, one at a time. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : "It failed.");
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { run, busy, error };
}
