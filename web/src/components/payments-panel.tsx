import type { Appointment, Payment } from "../api/types";
import { hasReceipt, isDue, money, stateOf } from "../lib/payments";
import { useList } from "../lib/use-list";
import { Failure } from "./failure";
import { More } from "./more";
import { PayAppointment } from "./pay-appointment";
import { ReceiptButton } from "./receipt-button";

const NEWEST = { limit: "20" };

/** What one has paid, what was sent back, and what is still to be paid. */
export function PaymentsPanel({ userId }: { userId: string }) {
  const paid = useList<Payment>("/api/payments/", NEWEST);
  const booked = useList<Appointment>("/api/appointments/", { upcoming: "true", patient: userId, limit: "100" });
  const due = (booked.rows ?? []).filter(isDue);
  const payments = paid.rows ?? [];
  return (
    <section className="account__panel" aria-label="Payments">
      <h2>Payments</h2>
      {due.length > 0 && (
        <ul className="account__sessions" aria-label="To be paid">
          {due.map((one) => (
            <li key={one.id}>
              <div>
                <strong>Appointment</strong>
                <p className="account__note">{new Date(one.appointment_date).toLocaleString()}</p>
              </div>
              <PayAppointment appointmentId={one.id} onChange={paid.retry} />
            </li>
          ))}
        </ul>
      )}
      {paid.rows?.length === 0 && booked.rows && due.length === 0 && <p className="account__note">Nothing was paid yet.</p>}
      <ul className="account__sessions" aria-label="Paid">
        {payments.map((one) => (
          <li key={one.id}>
            <div>
              <strong>{money(one.amount, one.currency)}</strong>
              <p className="account__note">
                {stateOf(one)} · {new Date(one.paid_at ?? one.created_at).toLocaleString()}
              </p>
            </div>
            {hasReceipt(one.state) && <ReceiptButton paymentOf={() => Promise.resolve(one.id)} />}
          </li>
        ))}
      </ul>
      <More list={paid} first="Loading the payments" />
      <Failure error={booked.error} />
    </section>
  );
}
