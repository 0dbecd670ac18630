/** Rows keep their place for so long after an answer: the next click must not meet another alarm. */
export const HOLD_MS = 4_000;
/** However often somebody answers, the order is right again after this. */
export const HOLD_AT_MOST_MS = 10_000;
/** A button that came to the pointer by itself takes no click for so long. */
export const DEAD_MS = 1_000;
/** So near to the button's edge the pointer was on its way to what stood there before. */
const NEAR_PX = 24;

interface Identified {
  id: string;
}

/**
 * Rows in the order in which they were held, with what is known of them now. One that has left the
 * list keeps its place as well (`latest`, or as it last was); new ones come at the end.
 */
export function holdOrder<T extends Identified>(
  held: readonly T[] | null,
  sorted: readonly T[],
  latest: (id: string) => T | undefined = () => undefined,
): T[] {
  if (!held) return [...sorted];
  const present = new Map(sorted.map((row) => [row.id, row]));
  const kept = held.map((row) => present.get(row.id) ?? latest(row.id) ?? row);
  const known = new Set(held.map(({ id }) => id));
  return [...kept, ...sorted.filter(({ id }) => !known.has(id))];
}

/** When rows held since `from_ms` are let go, after one more answer at `now_ms`. */
export function heldUntil(from_ms: number, now_ms: number): number {
  return Math.min(now_ms + HOLD_MS, from_ms + HOLD_AT_MOST_MS);
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Point {
  x: number;
  y: number;
}

/** A button as it came to its place: when, and where the pointer was then (page coordinates). */
export interface Arrival {
  at: number;
  box: Box;
  pointer: Point | null;
}

export function sameBox(a: Box, b: Box): boolean {
  return Math.abs(a.left - b.left) < 2 && Math.abs(a.top - b.top) < 2;
}

/** Whether a click was meant for what stood here a moment ago. */
export function isDead({ at, box, pointer }: Arrival, now_ms: number): boolean {
  if (!pointer || now_ms - at >= DEAD_MS) return false;
  return (
    pointer.x > box.left - NEAR_PX &&
    pointer.x < box.right + NEAR_PX &&
    pointer.y > box.top - NEAR_PX &&
    pointer.y < box.bottom + NEAR_PX
  );
}
