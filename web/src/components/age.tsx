import { absoluteText, ageText } from "../lib/time";
import { useNow } from "../lib/clock";

interface AgeProps {
  time: string;
  /** From this age it is set in bold: a monitor that has gone quiet. */
  oldAfter_ms?: number | undefined;
}

/** "12 s ago", counting; the full time in the viewer's zone on hover. */
export function Age({ time, oldAfter_ms = Number.POSITIVE_INFINITY }: AgeProps) {
  const now = useNow();
  const then = Date.parse(time);
  return (
    <time className={`age ${now - then > oldAfter_ms ? "age--old" : ""}`} dateTime={time} title={absoluteText(then)}>
      {ageText(then, now)}
    </time>
  );
}
