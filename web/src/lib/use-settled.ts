import { useEffect, useState } from "react";

const PAUSE_MS = 250;

/** A value once it has stayed the same for a moment: the API is asked when the typing pauses, not at every letter. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
