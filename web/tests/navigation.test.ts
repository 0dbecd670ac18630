import { describe, expect, it } from "vitest";
import type { News, User } from "../src/api/types";
import { homeOf, isCurrent, navigation } from "../src/lib/navigation";
import { detailOf, pathOf, titleOf } from "../src/lib/news";

const person = (...roles: string[]): User => ({ id: "u1", email: "a@b.example", first_name: "A", last_name: "B", roles });
const hrefs = (...roles: string[]) => navigation(person(...roles)).flatMap((group) => group.entries.map((one) => one.href));

describe("navigation", () => {
  it("shows a patient their own pages and none of the ward", () => {
    expect(hrefs("patient")).toEqual(["/patients/u1", "/patients/u1/health", "/patients/u1/medications", "/assistant", "/alarms", "/providers", "/appointments", "/devices"]);
  });

  it("shows only what a role may use", () => {
    expect(hrefs("clinician")).toEqual(["/", "/alarms", "/appointments/day", "/providers", "/devices"]);
    expect(hrefs("developer")).not.toContain("/appointments/day");
    expect(hrefs("admin")).toContain("/admin/");
    expect(hrefs("clinician")).not.toContain("/admin/");
    expect(hrefs("auditor")).toEqual(["/providers"]);
  });

  it("shows every page once to somebody with several roles", () => {
    const found = hrefs("patient", "clinician", "admin");
    expect(new Set(found).size).toBe(found.length);
    expect(found).toContain("/assistant");
  });

  it("begins where the roles have something", () => {
    expect([homeOf(person("patient")), homeOf(person("patient", "clinician")), homeOf(person("auditor"))]).toEqual(["/patients/u1", "/", "/notifications"]);
  });

  it("marks one page alone", () => {
    const marked = (path: string) => navigation(person("patient")).flatMap((group) => group.entries).filter((one) => isCurrent(one, path)).map((one) => one.label);
    expect(marked("/patients/u1")).toEqual(["My vitals"]);
    expect(marked("/patients/u1/health")).toEqual(["My health"]);
    expect(marked("/assistant/7")).toEqual(["Dr. Jeg"]);
    expect(marked("/providersx")).toEqual([]);
  });
});

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
