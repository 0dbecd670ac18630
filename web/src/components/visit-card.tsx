import { useEffect, useRef, useState } from "react";
import type { Appointment, Payment } from "../api/types";
import { STATUS, clockText, dayText, placeText, whenText } from "../lib/appointments";
import { hasReceipt, isDue } from "../lib/payments";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { AppointmentFiles } from "./appointment-files";
import { Failure } from "./failure";
import { PayAppointment } from "./pay-appointment";
import { RatingForm } from "./rating-form";
import { ReceiptButton } from "./receipt-button";
import { SlotPicker } from "./slot-picker";
import { VisitOutcome } from "./visit-outcome";

/** What became of the money of an appointment; whatever is due says more. */
const PAID: Record<Exclude<Appointment["payment_status"], "not_required">, string> = {
  pending: "not made",
  failed: "not made",
  cancelled: "not made",
  paid: "received",
  refund_pending: "being sent back",
  refunded: "sent back",
};

type Open = "move" | "cancel" | "files" | "rate" | null;

interface VisitCardProps {
  one: Appointment;
  userId: string;
  /** A letter or a notification led here. */
  marked: boolean;
  onChanged: () => void;
}

/** One appointment of a patient, and what can be done with it. */
export function VisitCard({ one, userId, marked, onChanged }: VisitCardProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [open, setOpen] = useState<Open>(null);
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (marked) card.current?.scrollIntoView({ block: "center" });
  }, [marked]);
  const path = `/api/appointments/${one.id}/`;
  const act = async (work: () => Promise<unknown>) => {
    if (await run(work)) {
      setOpen(null);
      onChanged();
    }
  };
  const toggle = (name: Open) => setOpen((before) => (before === name ? null : name));
  const tab = (name: Open, label: string) => (
    <button type="button" className="button" aria-expanded={open === name} onClick={() => toggle(name)}>
      {label}
    </button>
  );
  return (
    <li ref={card} className={`visit panel ${marked ? "visit--marked" : ""}`} aria-label={`${one.provider_name}, ${whenText(one)}`}>
      <div className="visit__head">
        <strong>{one.provider_name}</strong>
        <span className={`visit__status visit__status--${one.status}`}>{STATUS[one.status]}</span>
      </div>
      <p>{whenText(one)}</p>
      <p className="visit__note">
        {placeText(one)}
        {one.chief_complaint && ` · ${one.chief_complaint}`}
      </p>
      {one.video_url && (
        <a className="button button--primary" href={one.video_url} target="_blank" rel="noreferrer">
          Join the call
        </a>
      )}
      <VisitOutcome one={one} />
      {isDue(one) && (
        <div className="visit__due" role="group" aria-label="To be paid">
          <span>To be paid: {one.consultation_fee}</span>
          <PayAppointment appointmentId={one.id} onChange={(payment) => payment.state === "paid" && onChanged()} />
        </div>
      )}
      {!isDue(one) && one.payment_status !== "not_required" && <p className="visit__note">Payment: {PAID[one.payment_status]}</p>}
      <div className="visit__actions">
        {one.can_be_rescheduled && tab("move", "Move")}
        {one.can_be_cancelled && tab("cancel", "Cancel…")}
        {tab("files", "Documents")}
        {hasReceipt(one.payment_status) && <ReceiptButton paymentOf={async () => (await client.get<Payment>(`${path}payment/`)).id} />}
        {one.status === "completed" && tab("rate", one.is_rated ? "Your rating" : "Rate")}
      </div>
      {open === "move" && (
        <SlotPicker
          provider={one.healthcare_provider_id}
          hospital={one.hospital_id}
          onChoose={(slot) => {
            const body = { appointment_date: slot.start, hospital_id: slot.hospital_id };
            if (window.confirm(`Move it to ${dayText(slot.start)}, ${clockText(slot.start)}?`)) void act(() => client.tell("PATCH", path, body));
          }}
        />
      )}
      {open === "cancel" && (
        <div className="visit__part">
          <p>The time goes to whoever waits for it.</p>
          <button type="button" className="button" disabled={busy} onClick={() => void act(() => client.tell("DELETE", path))}>
            Cancel the appointment
          </button>
        </div>
      )}
      {open === "files" && <AppointmentFiles appointmentId={one.id} userId={userId} />}
      {open === "rate" && <RatingForm appointmentId={one.id} onRated={onChanged} />}
      <Failure error={error} />
    </li>
  );
}
