import { describe, expect, it } from "vitest";
import type { User } from "../src/api/types";
import { homeOf, isCurrent, navigation, showsMonitors } from "../src/lib/navigation";

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

it("warns of silent monitors only where their values are", () => {
  expect(["/", "/alarms", "/patients/u1", "/patients/u1/health"].filter(showsMonitors)).toHaveLength(4);
  expect(["/appointments", "/appointments/day", "/assistant", "/account", "/alarms-of-old"].filter(showsMonitors)).toEqual([]);
});
