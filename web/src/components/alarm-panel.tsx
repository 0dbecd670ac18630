import { useState } from "react";
import type { Alarm, Page, User } from "../api/types";
import { mayAcknowledge } from "../lib/alarm-actions";
import { STATE_LABELS } from "../lib/alarms";
import { useFetched } from "../lib/use-fetched";
import { AlarmActions } from "./alarm-actions";
import { AlarmHistory } from "./alarm-history";
import { AlarmWhy } from "./alarm-why";
import { Loading, Message } from "./message";

/** Single devices for which the alarm of a group speaks. */
function Children({ alarm }: { alarm: Alarm }) {
  const { data, error, retry } = useFetched<Page<Alarm>>(`/api/alarms/${alarm.id}/children/`, { limit: "100" });
  if (error) return <Message title="The devices cannot be shown" tone="error" onRetry={retry} />;
  if (!data) return <Loading rows={2} label="Loading the devices" />;
  return (
    <ul className="children" aria-label="Devices of this alarm">
      {data.results.map((child) => (
        <li key={child.id}>
          <b>{child.patient?.name}</b> {child.message} <span className="children__state">{STATE_LABELS[child.state]}</span>
        </li>
      ))}
      {data.results.length === 0 && <li>None of your patients.</li>}
    </ul>
  );
}

type Part = "why" | "history" | "children";
const PARTS: Record<Part, string> = { why: "Why", history: "History", children: "Devices" };

interface PanelProps {
  alarm: Alarm;
  user: User;
  onHold: () => void;
}

/** What is behind one row: actions, reasons, history, and the devices of a group. */
export function AlarmPanel({ alarm, user, onHold }: PanelProps) {
  const group = alarm.condition.startsWith("storm:");
  const [part, setPart] = useState<Part>(group ? "children" : "why");
  const parts: Part[] = group ? ["children", "history"] : ["why", "history"];
  return (
    <div className="alarm__panel">
      {mayAcknowledge(user) && <AlarmActions alarm={alarm} user={user} onHold={onHold} />}
      <div className="segments" role="group" aria-label="What to show">
        {parts.map((one) => (
          <button key={one} type="button" aria-pressed={part === one} onClick={() => setPart(one)}>
            {PARTS[one]}
          </button>
        ))}
      </div>
      {part === "why" && <AlarmWhy alarm={alarm} />}
      {part === "history" && <AlarmHistory key={alarm.version} alarm={alarm} />}
      {part === "children" && <Children key={alarm.version} alarm={alarm} />}
    </div>
  );
}
