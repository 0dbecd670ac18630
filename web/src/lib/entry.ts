/** What can be entered by hand, and in which units; the first one is how it is stored. */
export interface Enterable {
  metric: string;
  units: readonly (readonly [unit: string, label: string])[];
}

export const ENTERABLE: readonly Enterable[] = [
  { metric: "blood_pressure", units: [["mm[Hg]", "mmHg"], ["kPa", "kPa"]] },
  { metric: "heart_rate", units: [["/min", "per minute"]] },
  { metric: "oxygen_saturation", units: [["%", "%"]] },
  { metric: "body_temperature", units: [["Cel", "°C"], ["[degF]", "°F"]] },
  { metric: "body_weight", units: [["kg", "kg"], ["[lb_av]", "lb"]] },
  { metric: "blood_glucose", units: [["mg/dL", "mg/dL"], ["mmol/L", "mmol/L"]] },
  { metric: "respiratory_rate", units: [["/min", "per minute"]] },
  { metric: "steps", units: [["{steps}", "steps"]] },
];

/** Now, as a `datetime-local` field holds it: local time to the minute. */
export function localMinute(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What a job's `result` says of an import. */
export interface ImportSummary {
  rows: number;
  stored: number;
  duplicate: number;
  conflict: number;
  refused: number;
}

export function summaryText(one: ImportSummary): string {
  const parts = [
    `${one.stored} new`,
    one.duplicate > 0 && `${one.duplicate} there already`,
    one.conflict > 0 && `${one.conflict} with another value than is stored`,
    one.refused > 0 && `${one.refused} refused`,
  ];
  return `${one.rows} rows: ${parts.filter(Boolean).join(", ")}.`;
}
