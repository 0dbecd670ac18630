import { useState } from "react";
import type { BegunPayment, Payment } from "../api/types";
import { isOpen, methodName, money, nextStep, stateOf } from "../lib/payments";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

interface Props {
  appointmentId: string;
  /** Called when the payment has moved. */
  onChange?: (payment: Payment) => void;
}

/** Pays for an appointment: begins, then goes on in the way of whoever takes the money. */
export function PayAppointment({ appointmentId, onChange }: Props) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [payment, setPayment] = useState<BegunPayment | null>(null);
  const path = `/api/appointments/${appointmentId}/payment/`;
  const begin = () => run(async () => setPayment(await client.post<BegunPayment>(path)));
  const confirm = (method?: string) =>
    run(async () => {
      const next = await client.post<Payment>(`${path}confirm/`, method ? { method } : {});
      setPayment((before) => before && { ...before, ...next });
      onChange?.(next);
    });
  return (
    <div className="pay" role="group" aria-label="Payment">
      {payment === null ? (
        <button type="button" className="button" disabled={busy} onClick={() => void begin()}>
          Pay now
        </button>
      ) : (
        <>
          <p role="status">
            {money(payment.amount, payment.currency)}: {stateOf(payment)}
          </p>
          {isOpen(payment) && <Steps payment={payment} busy={busy} onConfirm={(method) => void confirm(method)} />}
        </>
      )}
      <Failure error={error} />
    </div>
  );
}

interface StepsProps {
  payment: BegunPayment;
  busy: boolean;
  onConfirm: (method?: string) => void;
}

function Steps({ payment, busy, onConfirm }: StepsProps) {
  const check = (
    <button type="button" className="button" disabled={busy} onClick={() => onConfirm()}>
      I have paid
    </button>
  );
  switch (nextStep(payment)) {
    case "desk":
      return <p className="account__note">Please pay at the desk; it is entered there.</p>;
    case "ledger":
      return (
        <div className="account__buttons">
          {payment.test_methods.map((method) => (
            <button key={method} type="button" className="button" disabled={busy} onClick={() => onConfirm(method)}>
              {methodName(method)}
            </button>
          ))}
        </div>
      );
    case "paypal":
      return (
        <div className="account__buttons">
          <a className="button" href={payment.approval_url ?? undefined} rel="noreferrer">
            Agree at PayPal
          </a>
          {check}
        </div>
      );
    case "stripe":
      return (
        <div>
          <p className="account__note">
            Stripe takes the card in a form of its own, which this page does not load by itself. An application that
            does confirms this PaymentIntent with its client secret.
          </p>
          <details>
            <summary>For that application</summary>
            <dl>
              <dt>Publishable key</dt>
              <dd>
                <code>{payment.publishable_key ?? "not set"}</code>
              </dd>
              <dt>Client secret</dt>
              <dd>
                <code>{payment.client_secret}</code>
              </dd>
            </dl>
          </details>
          {check}
        </div>
      );
  }
}
