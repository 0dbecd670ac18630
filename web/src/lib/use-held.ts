import { useCallback, useEffect, useRef, useState } from "react";
import { heldUntil, holdOrder } from "./hold";

interface Held<T> {
  rows: readonly T[];
  from: number;
  until: number;
}

/** A sorted list whose rows stay where they are for some seconds after `hold()`. */
export function useHeld<T extends { id: string }>(sorted: readonly T[], latest?: (id: string) => T | undefined) {
  const [held, setHeld] = useState<Held<T> | null>(null);
  const rows = holdOrder(held?.rows ?? null, sorted, latest);
  const shown = useRef(rows);
  shown.current = rows;

  const hold = useCallback(() => {
    const now = Date.now();
    setHeld((before) => {
      const from = before?.from ?? now;
      return { rows: before?.rows ?? shown.current, from, until: heldUntil(from, now) };
    });
  }, []);

  useEffect(() => {
    if (!held) return;
    const timer = setTimeout(() => setHeld(null), Math.max(0, held.until - Date.now()));
    return () => clearTimeout(timer);
  }, [held]);

  return { rows, hold };
}
