import type { News2, Risk } from "../api/types";
import { SYSTOLIC, metricInfo } from "./metrics";

/** The answers that the Royal College of Physicians asks for (NEWS2, 2017, charts 3 and 4). */
export const RISKS: Record<Risk, { label: string; advice: string }> = {
  routine: { label: "Routine", advice: "Score 0: routine monitoring" },
  low: { label: "Low", advice: "Score 1–4: assessment by a nurse" },
  urgent_single: { label: "Ward review", advice: "A single input scores 3: urgent ward review" },
  urgent: { label: "Urgent", advice: "Score 5–6: urgent response" },
  emergency: { label: "Emergency", advice: "Score 7 or more: emergency response" },
};

const INPUTS: Record<string, string> = {
  supplemental_oxygen: "Air or oxygen",
  oxygen: "Air or oxygen",
  consciousness: "Consciousness",
  pulse: "Pulse",
};

export function inputLabel(code: string): string {
  return INPUTS[code] ?? metricInfo(code).label;
}

/** "4", or "3–5" when an input is missing or stale. */
export function scoreText(news2: News2 | null): string {
  if (!news2) return "–";
  return news2.min === news2.max ? String(news2.min) : `${news2.min}–${news2.max}`;
}

/**
 * The risk in a word. A lower bound says only "at least", and a bound of nothing at all must not
 * read as good news.
 */
export function riskText(news2: News2 | null): string {
  if (!news2) return "No data";
  if (news2.risk === news2.risk_max) return RISKS[news2.risk].label;
  return news2.risk === "routine" ? "Incomplete" : `≥ ${RISKS[news2.risk].label}`;
}

/** What to do; a score that is not settled is never called routine. */
export function adviceText(news2: News2): string {
  if (news2.risk === news2.risk_max) return RISKS[news2.risk].advice;
  const most = RISKS[news2.risk_max].label.toLowerCase();
  if (news2.risk === "routine") return `Score ${scoreText(news2)}, not settled: may be as much as ${most}`;
  return `Not settled. At least: ${RISKS[news2.risk].advice.replace(/^.*?: /, "")}. May be as much as ${most}`;
}

/** The whole score in words: for the title and for screen readers. */
export function explain(news2: News2 | null): string {
  if (!news2) return "NEWS2: no measurements yet";
  const parts = [`NEWS2 ${scoreText(news2)}. ${adviceText(news2)}.`];
  if (news2.missing.length > 0) parts.push(`Missing: ${list(news2.missing)}.`);
  if (news2.stale.length > 0) parts.push(`Stale: ${list(news2.stale)}.`);
  if (news2.measure_next) parts.push(`Measure ${inputLabel(news2.measure_next).toLowerCase()} first.`);
  return parts.join(" ");
}

function list(codes: readonly string[]): string {
  return codes.map((code) => inputLabel(code).toLowerCase()).join(", ");
}

/** Points that one column of the board certainly adds; null for what is not part of the score. */
export function certainPoints(news2: News2 | null, code: string): number | null {
  const input = code === "blood_pressure" ? SYSTOLIC : code;
  return news2?.components.find(({ name }) => name === input)?.points_min ?? null;
}
