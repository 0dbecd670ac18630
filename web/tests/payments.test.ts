import { expect, test } from "vitest";
import { hasReceipt, isDue, isOpen, methodName, money, nextStep, stateOf } from "../src/lib/payments";

test("amounts keep the places of their currency", () => {
  expect(money("45.50", "USD")).toContain("45.50");
  expect(money("500", "JPY")).toContain("500");
  expect(money("500", "JPY")).not.toContain(".");
  expect(money("90071992547409.93", "USD")).toContain("409.93");
});

test("a payment that failed can be tried again, one under way cannot", () => {
  expect(isOpen({ state: "failed" })).toBe(true);
  expect(isOpen({ state: "processing" })).toBe(false);
  expect(stateOf({ state: "refunded" })).toBe("sent back");
});

test("how to go on depends on who takes the money", () => {
  expect(nextStep({ provider: "local", at_desk: false })).toBe("ledger");
  expect(nextStep({ provider: "local", at_desk: true })).toBe("desk");
  expect(nextStep({ provider: "stripe", at_desk: false })).toBe("stripe");
  expect(methodName("ledger_approve")).toBe("Pay");
});

test("there is a receipt once something was paid, whatever went back", () => {
  expect((["paid", "refund_pending", "partially_refunded", "refunded"] as const).every(hasReceipt)).toBe(true);
  expect((["pending", "failed", "cancelled", "not_required"] as const).some(hasReceipt)).toBe(false);
});

test("what does not take place is not to be paid", () => {
  expect(isDue({ payment_status: "pending", status: "scheduled" })).toBe(true);
  expect(isDue({ payment_status: "pending", status: "cancelled" })).toBe(false);
  expect(isDue({ payment_status: "paid", status: "scheduled" })).toBe(false);
});
