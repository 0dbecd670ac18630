import { absoluteText, ageText } from "../lib/time";
import { useNow } from "../lib/clock";

/** "12 s ago", counting; the full time in the viewer's zone on hover. */
export function Age({ time, prefix = "" }: { time: string; prefix?: string }) {
  const now = useNow();
  const then = Date.parse(time);
  return (
    <time className="age" dateTime={time} title={absoluteText(then)}>
      {prefix}
      {ageText(then, now)}
    </time>
  );
}
