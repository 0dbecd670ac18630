import { describe, expect, it } from "vitest";
import type { News } from "../src/api/types";
import { detailOf, pathOf, titleOf } from "../src/lib/news";

describe("notifications", () => {
  const news = (kind: string, payload: Record<string, unknown>, subject = ""): News => ({ id: "n", kind, subject, title: "", urgent: false, payload, created_at: "2026-11-22T10:00:00Z", read_at: null });

  it("lead to their pages", () => {
    expect(pathOf(news("appointment", { path: "/appointments?id=7" }))).toBe("/appointments?id=7");
    expect(pathOf(news("appointment", {}, "appointment:7"))).toBe("/appointments?id=7");
    expect(pathOf(news("payment", { path: "/account" }))).toBe("/account");
    expect(pathOf(news("reminder", {}))).toBe("/medications");
    expect(pathOf(news("account", { path: "/account/reset" }))).toBe("/account");
    expect(pathOf(news("notice", {}))).toBeNull();
  });

  it("never lead out of the application", () => {
    for (const path of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]) expect(pathOf(news("notice", { path }))).toBeNull();
  });

  it("say what happened", () => {
    const one = news("payment", { title: "Payment received", amount: "45.50", currency: "GHS" });
    expect([titleOf(one), detailOf(one)]).toEqual(["Payment received", "45.50 GHS"]);
    expect(detailOf(news("appointment", { other: "Yaw Boateng", starts_at: "nonsense", place: "Ridge" }))).toBe("Yaw Boateng · Ridge");
  });
});
