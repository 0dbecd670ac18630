import { useId, useState } from "react";
import { Link } from "wouter";
import type { Alarm, User } from "../api/types";
import { STATE_LABELS, isOpen, needsAcknowledgement, since } from "../lib/alarms";
import { isSnoozed, mayAcknowledge } from "../lib/alarm-actions";
import { serverNow } from "../lib/clock";
import { metricInfo, peopleText, unitText, valueText } from "../lib/metrics";
import { placeText } from "../lib/people";
import { absoluteText, clockText, isSameDay, momentText } from "../lib/time";
import { AcknowledgeButton } from "./acknowledge-button";
import { AlarmPanel } from "./alarm-panel";
import { Age } from "./age";
import { PriorityTag } from "./badges";
import { CheckIcon } from "./icons";

function Acknowledged({ alarm }: { alarm: Alarm }) {
  if (!alarm.acknowledged_at) return null;
  const at = Date.parse(alarm.acknowledged_at);
  return (
    <span className="alarm__by" title={absoluteText(at)}>
      <CheckIcon /> {alarm.acknowledged_by?.name ?? "Acknowledged"}, {momentText(at)}
    </span>
  );
}

/** The value that raised it against the limit that it crossed, and when it was at its worst. */
function Evidence({ alarm }: { alarm: Alarm }) {
  if (alarm.value === null) return null;
  const unit = unitText(alarm.unit);
  const shown = (value: number) => (alarm.metric ? valueText(alarm.metric, value) : value);
  const worstAt = alarm.worst_at === null ? null : Date.parse(alarm.worst_at);
  return (
    <span className="alarm__evidence">
      <b>{shown(alarm.value)}</b> {unit}
      {alarm.limit !== null && (
        <span className="alarm__limit">
          {" "}
          limit {shown(alarm.limit)} {unit}
        </span>
      )}
      {alarm.worst_value !== null && worstAt !== null && (
        <span className="alarm__limit" title={absoluteText(worstAt)}>
          {" "}
          worst {alarm.worst_value !== alarm.value && `${shown(alarm.worst_value)} ${unit}`} {momentText(worstAt)}
        </span>
      )}
    </span>
  );
}

/** "10:42 · 3 min ago", or the date when it was on another day. */
function Since({ alarm }: { alarm: Alarm }) {
  const at = Date.parse(since(alarm));
  return (
    <span className="alarm__since" title={absoluteText(at)}>
      {isSameDay(at, serverNow()) ? (
        <>
          {clockText(at).slice(0, 5)} · <Age time={since(alarm)} />
        </>
      ) : (
        momentText(at)
      )}
    </span>
  );
}

interface AlarmItemProps {
  alarm: Alarm;
  user: User;
  /** Beside one patient's charts the name would only repeat the heading. */
  showPatient: boolean;
  /** The list keeps its order for a while: something in it was just answered. */
  onHold: () => void;
}

export function AlarmItem({ alarm, user, showPatient, onHold }: AlarmItemProps) {
  const waiting = needsAcknowledgement(alarm);
  const technical = alarm.category === "technical";
  const { patient } = alarm;
  const open = isOpen(alarm);
  const [more, setMore] = useState(false);
  const panel = useId();
  return (
    <li className={`alarm ${open ? `alarm--${alarm.priority}` : "alarm--closed"} ${waiting ? "alarm--waiting" : ""}`} data-alarm={alarm.id} data-state={alarm.state} tabIndex={-1}>
      <div className="alarm__priority">
        <PriorityTag priority={alarm.priority} waiting={waiting} />
      </div>
      {showPatient && patient && (
        <div className="alarm__patient">
          <Link href={`/patients/${patient.id}`}>{patient.name}</Link>
          <span>{placeText(patient)}</span>
        </div>
      )}
      <div className="alarm__what">
        <span className="alarm__title">
          {peopleText(alarm.title)}
          {technical && <span className="alarm__category">Technical</span>}
          {alarm.retrospective && (
            <span className="alarm__category" title="Found in data that came late: it never called">
              Found later
            </span>
          )}
        </span>
        <span className="alarm__message">{alarm.message ? peopleText(alarm.message) : metricInfo(alarm.metric ?? alarm.condition).label}</span>
      </div>
      <div className="alarm__value">
        <Evidence alarm={alarm} />
      </div>
      <div className="alarm__when">
        <span className="alarm__state">{STATE_LABELS[alarm.state]}</span>
        {isSnoozed(alarm, serverNow()) && <span className="alarm__held">Snoozed until {clockText(Date.parse(alarm.snoozed_until ?? "")).slice(0, 5)}</span>}
        {open && alarm.assignee && <span className="alarm__held">With {alarm.assignee.id === user.id ? "you" : alarm.assignee.name}</span>}
        <Since alarm={alarm} />
      </div>
      <div className="alarm__action">
        {waiting && mayAcknowledge(user) ? <AcknowledgeButton alarm={alarm} onHold={onHold} /> : <Acknowledged alarm={alarm} />}
        <button type="button" className="alarm__more" aria-expanded={more} aria-controls={panel} aria-label={`${more ? "Less" : "More"}: ${[alarm.title, patient?.name].filter(Boolean).join(", ")}`} onClick={() => setMore(!more)}>
          {more ? "Less" : "More"}
        </button>
      </div>
      <div id={panel} className="alarm__fold">
        {more && <AlarmPanel alarm={alarm} user={user} onHold={onHold} />}
      </div>
    </li>
  );
}
