import { useEffect, useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { Appointment, User } from "../api/types";
import { AppointmentFiles } from "../components/appointment-files";
import { CompleteForm } from "../components/complete-form";
import { Failure } from "../components/failure";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { VisitOutcome } from "../components/visit-outcome";
import { STATUS, clockText, elsewhereText } from "../lib/appointments";
import { addDays, boundsOf, dayAhead, localDate } from "../lib/days";
import { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

/** A provider's day: who comes when, and the steps of each appointment. */
export function DayPage({ user }: { user: User }) {
  const { client } = useLive();
  const [date, setDate] = useState(() => dayAhead(0));
  const list = useList<Appointment>("/api/appointments/", { ...boundsOf(date), limit: "100" });
  const { rows: data, error, retry } = list;
  const rows = (data ?? []).filter((one) => one.patient_id !== user.id).reverse();
  const [query] = useSearchParams();
  const wanted = query.get("id");
  useEffect(() => {
    if (!wanted) return;
    // A letter or a notification led here: to the day of what it is about.
    client.get<Appointment>(`/api/appointments/${encodeURIComponent(wanted)}/`).then(
      (one) => setDate(localDate(new Date(one.appointment_date))),
      () => undefined,
    );
  }, [client, wanted]);
  const move = (days: number) => setDate(addDays(date, days));
  if (error && !data) {
    return (
      <Message title="The day cannot be shown" tone="error" onRetry={retry}>
        <p>{error.message}</p>
      </Message>
    );
  }
  return (
    <>
      <div className="toolbar">
        <h1>Appointments</h1>
        <p className="toolbar__summary">{data && <span>{rows.length === 1 ? "1 appointment" : `${rows.length} appointments`}</span>}</p>
        <Link href="/appointments" className="button">
          My own
        </Link>
        <div className="day__choice">
          <button type="button" className="button" title="The day before" onClick={() => move(-1)}>
            Before
          </button>
          <input type="date" aria-label="Day" value={date} onChange={(event) => event.target.value && setDate(event.target.value)} />
          <button type="button" className="button" title="The day after" onClick={() => move(1)}>
            After
          </button>
        </div>
      </div>
      {!data && <Loading rows={4} label="Loading the day" />}
      {data && rows.length === 0 && <p className="panel panel__empty">Nobody has an appointment on this day.</p>}
      <ul className="visits" aria-label="Appointments of the day">
        {rows.map((one) => (
          <DayRow key={one.id} one={one} userId={user.id} marked={one.id === wanted} onChanged={retry} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}

interface Props {
  one: Appointment;
  userId: string;
  /** A letter or a notification led here. */
  marked: boolean;
  onChanged: () => void;
}

function DayRow({ one, userId, marked, onChanged }: Props) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [open, setOpen] = useState<"files" | "complete" | null>(null);
  const step = async (name: string) => {
    if (await run(() => client.post(`/api/appointments/${one.id}/${name}/`))) onChanged();
  };
  const button = (name: string, label: string) => (
    <button type="button" className="button" disabled={busy} onClick={() => void step(name)}>
      {label}
    </button>
  );
  const elsewhere = elsewhereText(one);
  const waits = one.status === "scheduled" || one.status === "confirmed";
  return (
    <li className={`visit panel ${marked ? "visit--marked" : ""}`} aria-label={`${clockText(one.appointment_date)} ${one.patient_name}`}>
      <div className="visit__head">
        <strong>
          {clockText(one.appointment_date)} <Link href={`/patients/${one.patient_id}`}>{one.patient_name}</Link>
        </strong>
        <span className={`visit__status visit__status--${one.status}`}>{STATUS[one.status]}</span>
      </div>
      <p className="visit__note">
        {elsewhere && `${elsewhere}, `}
        {one.duration_minutes} min, {one.appointment_type === "video" ? "video call" : one.hospital_name}
        {one.priority !== "normal" && `, priority ${one.priority}`}
      </p>
      {one.chief_complaint && <p>{one.chief_complaint}</p>}
      <VisitOutcome one={one} />
      {one.video_url && (
        <a className="button button--primary" href={one.video_url} target="_blank" rel="noreferrer">
          Join the call
        </a>
      )}
      <div className="visit__actions">
        {one.status === "scheduled" && button("confirm", "Confirm")}
        {waits && button("check-in", "Check in")}
        {waits && button("no-show", "Did not come")}
        {one.status === "checked_in" && (
          <button type="button" className="button" onClick={() => setOpen(open === "complete" ? null : "complete")}>
            Complete…
          </button>
        )}
        <button type="button" className="button" onClick={() => setOpen(open === "files" ? null : "files")}>
          Documents
        </button>
      </div>
      {open === "files" && <AppointmentFiles appointmentId={one.id} userId={userId} />}
      {open === "complete" && one.status === "checked_in" && <CompleteForm appointmentId={one.id} patientId={one.patient_id} onDone={onChanged} />}
      <Failure error={error} />
    </li>
  );
}
