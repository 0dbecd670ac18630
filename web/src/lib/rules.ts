import type { EffectiveRule, Job, User, WhatIfAnswer } from "../api/types";

/** What is edited here; the rest of a rule stays as it is. */
export const FIELDS = ["enabled", "limit", "severe_limit", "delay_s", "priority"] as const;
export type Field = (typeof FIELDS)[number];
export type Draft = Record<Field, string>;
type Values = Record<string, unknown>;

const ALL_FIELDS = [...FIELDS, "clear_delay_s", "severe_delay_s", "severe_clear_delay_s", "hysteresis", "repeat_s"];
const NUMBERS: readonly Field[] = ["limit", "severe_limit", "delay_s"];

export function mayChangeRules(user: Pick<User, "roles">): boolean {
  return user.roles.some((role) => ["clinician", "admin"].includes(role));
}

/** "built in", "for everybody", "of the ward", "of this patient". */
export function originText(source: string): string {
  const [scope] = source.split(":");
  return { default: "for everybody", ward: "of the ward", patient: "of this patient" }[scope ?? ""] ?? "built in";
}

export function isOwn(rule: EffectiveRule): boolean {
  return Object.values(rule.values).some(({ source }) => source.startsWith("patient:"));
}

export function draftOf(rule: EffectiveRule): Draft {
  const text = (field: Field) => String(rule.values[field]?.value ?? "");
  return Object.fromEntries(FIELDS.map((field) => [field, text(field)])) as Draft;
}

function parsed(field: Field, text: string): unknown {
  if (text.trim() === "") return null;
  if (NUMBERS.includes(field)) return Number(text.replace(",", "."));
  return field === "enabled" ? text === "true" : text;
}

/**
 * The patient's next version: what is changed now, and what was the patient's own before. What is
 * emptied goes back to the wider rule.
 */
export function valuesOf(rule: EffectiveRule, draft: Draft): Values {
  const values: Values = {};
  for (const name of ALL_FIELDS) {
    const known = rule.values[name];
    const field = FIELDS.find((one) => one === name);
    const now = field ? parsed(field, draft[field]) : known?.value;
    const own = known?.source.startsWith("patient:") ?? false;
    if (now !== null && now !== undefined && (own || now !== known?.value)) values[name] = now;
  }
  return values;
}

/** What is wrong with a draft, in words; null when it can be sent. */
export function faultOf(rule: EffectiveRule, draft: Draft): string | null {
  for (const field of NUMBERS) {
    const value = parsed(field, draft[field]);
    if (typeof value === "number" && !Number.isFinite(value)) return "That is no number.";
  }
  const limit = parsed("limit", draft.limit);
  if (typeof limit === "number" && (limit < rule.least || limit > rule.greatest)) return `The limit can be ${rule.least} to ${rule.greatest}.`;
  return null;
}

export function isJob(answer: WhatIfAnswer | Job): answer is Job {
  return !("sentence" in answer);
}
