import type { Appointment, BegunPayment, Payment } from "../api/types";

const WORDS: Record<Payment["state"], string> = {
  pending: "to be paid",
  requires_action: "waits for you",
  processing: "under way",
  paid: "paid",
  failed: "did not go through",
  cancelled: "called off",
  refund_pending: "being sent back",
  partially_refunded: "partly sent back",
  refunded: "sent back",
};

/** What a payment's state is called. */
export function stateOf(payment: Pick<Payment, "state">): string {
  return WORDS[payment.state];
}

/** An amount as people write it; the API's decimals are text, and stay exact. */
export function money(amount: string, currency: string): string {
  const written = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return written.format(amount as unknown as number);
}

const UNPAID: readonly string[] = ["pending", "failed", "cancelled"];

/** Whether an appointment that takes place is still to be paid. */
export function isDue(one: Pick<Appointment, "payment_status" | "status">): boolean {
  return UNPAID.includes(one.payment_status) && one.status !== "cancelled" && one.status !== "no_show";
}

const SETTLED: readonly string[] = ["paid", "refund_pending", "partially_refunded", "refunded"];

/** Whether there is a receipt: something was paid, whatever went back of it. */
export function hasReceipt(state: Appointment["payment_status"] | Payment["state"]): boolean {
  return SETTLED.includes(state);
}

/** Whether money may still come for it. */
export function isOpen(payment: Pick<Payment, "state">): boolean {
  return ["pending", "requires_action", "failed"].includes(payment.state);
}

const METHODS: Record<string, string> = {
  ledger_approve: "Pay",
  ledger_decline: "Try: declined",
  ledger_no_funds: "Try: no funds",
  ledger_action: "Try: a second step",
  ledger_slow: "Try: under way",
  ledger_away: "Try: service away",
};

/** What a way to pay is called; those of the ledger that fail are for trying out. */
export function methodName(method: string): string {
  return METHODS[method] ?? method;
}

type Step = "desk" | "ledger" | "stripe" | "paypal";

/** How the payer goes on with a payment that was begun. */
export function nextStep(payment: Pick<BegunPayment, "provider" | "at_desk">): Step {
  if (payment.provider !== "local") return payment.provider;
  return payment.at_desk ? "desk" : "ledger";
}
