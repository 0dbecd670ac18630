import { useEffect, useRef, useState } from "react";
import { newHighAlarms } from "../lib/alarms";
import { peopleText } from "../lib/metrics";
import { placeText } from "../lib/people";
import { useLiveState } from "../live/provider";

/** Reads out every high alarm that begins while the page is open; nothing is seen of it. */
export function Announcer() {
  const alarms = useLiveState((state) => state.alarms);
  const told = useRef<Set<string> | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!alarms) return;
    const fresh = newHighAlarms(told.current, alarms.values());
    told.current = new Set([...(told.current ?? []), ...fresh.ids]);
    if (fresh.announce.length === 0) return;
    setText(
      fresh.announce
        .map(({ title, patient }) => `High alarm: ${[peopleText(title), patient?.name, patient && placeText(patient)].filter(Boolean).join(", ")}.`)
        .join(" "),
    );
  }, [alarms]);
  return (
    <div className="visually-hidden" aria-live="assertive" aria-atomic="true" data-announcer>
      {text}
    </div>
  );
}
