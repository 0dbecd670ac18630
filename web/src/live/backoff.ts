const FIRST_MS = 1_000;
const MOST_MS = 30_000;

/**
 * Wait before connection attempt `attempt` (1 is the first retry), in milliseconds: doubling up to
 * half a minute, with half of it random so that a ward's screens do not return all at once.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceiling / 2 + (random() * ceiling) / 2);
}
