/** How each metric of the registry (`telemetry/metrics.py`) is shown; values come with their unit. */
export interface MetricInfo {
  label: string;
  short: string;
  decimals: number;
  /** Shaded in the charts: the range that scores 0 in NEWS2 (RCP 2017, SpO2 scale 1). */
  normal?: readonly [number, number];
  /** The least height of a chart's axis, so that noise does not look like a trend. */
  minSpan: number;
  /** The quantity itself cannot be higher. */
  most?: number;
  /** A monitor reports it all the time: an older value means that it has gone quiet. */
  quietAfter_ms?: number;
}

const QUIET_MS = 120_000;

const METRICS: Record<string, MetricInfo> = {
  heart_rate: { label: "Heart rate", short: "HR", decimals: 0, normal: [51, 90], minSpan: 30, quietAfter_ms: QUIET_MS },
  respiratory_rate: { label: "Respiratory rate", short: "RR", decimals: 0, normal: [12, 20], minSpan: 10, quietAfter_ms: QUIET_MS },
  oxygen_saturation: { label: "Oxygen saturation", short: "SpO₂", decimals: 0, normal: [96, 100], minSpan: 8, most: 100, quietAfter_ms: QUIET_MS },
  blood_pressure: { label: "Blood pressure", short: "BP", decimals: 0, normal: [111, 219], minSpan: 60 },
  blood_pressure_systolic: { label: "Systolic pressure", short: "Sys", decimals: 0, normal: [111, 219], minSpan: 40 },
  blood_pressure_diastolic: { label: "Diastolic pressure", short: "Dia", decimals: 0, minSpan: 40 },
  body_temperature: { label: "Temperature", short: "Temp", decimals: 1, normal: [36.1, 38.0], minSpan: 2 },
  pulse_rate: { label: "Pulse rate", short: "Pulse", decimals: 0, normal: [51, 90], minSpan: 30, quietAfter_ms: QUIET_MS },
  blood_glucose: { label: "Blood glucose", short: "Glucose", decimals: 0, minSpan: 40 },
  body_weight: { label: "Body weight", short: "Weight", decimals: 1, minSpan: 4 },
  steps: { label: "Steps", short: "Steps", decimals: 0, minSpan: 50 },
  news2: { label: "NEWS2", short: "NEWS2", decimals: 0, minSpan: 5 },
  battery_level: { label: "Battery", short: "Battery", decimals: 0, minSpan: 20, most: 100 },
};

/** The columns of the ward board. */
export const BOARD_METRICS = [
  "heart_rate",
  "respiratory_rate",
  "oxygen_saturation",
  "blood_pressure",
  "body_temperature",
] as const;

/** The charts of a patient, top to bottom; each only where there are values. */
export const CHART_METRICS = [
  ...BOARD_METRICS,
  "pulse_rate",
  "blood_glucose",
  "body_weight",
] as const;

/** The newest values of a patient. Steps are counted, not measured: a mean of them says nothing. */
export const TILE_METRICS = [...CHART_METRICS, "steps"] as const;

export const SYSTOLIC = "blood_pressure_systolic";
export const DIASTOLIC = "blood_pressure_diastolic";

/** Words that a metric's code has left in a text, as people say them. */
export function peopleText(text: string): string {
  const said = text.replaceAll(/blood[ _]pressure[ _](systolic|diastolic)/gi, "$1 pressure").replaceAll("_", " ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

export function metricInfo(code: string): MetricInfo {
  const label = peopleText(code);
  return METRICS[code] ?? { label, short: label, decimals: 1, minSpan: 1 };
}

/** The series behind a chart or a column: blood pressure is two, all others one. */
export function seriesOf(code: string): string[] {
  return code === "blood_pressure" ? [SYSTOLIC, DIASTOLIC] : [code];
}

const UNITS: Record<string, string> = {
  "mm[Hg]": "mmHg",
  Cel: "°C",
  "{score}": "points",
};

/** A UCUM code as people write it. */
export function unitText(ucum: string | null | undefined): string {
  return ucum ? (UNITS[ucum] ?? ucum.replaceAll(/[{}]/g, "")) : "";
}

export function valueText(code: string, value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(metricInfo(code).decimals);
}
