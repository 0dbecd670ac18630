import { useEffect, useRef } from "react";

/** Acts when a value has become another one; what it is at first is no change. */
export function useChanged(value: unknown, act: () => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    act();
    // A new function alone is no reason.
  }, [value]);
}
