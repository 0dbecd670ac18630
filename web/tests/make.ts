import type { Alarm, BoardRow, News2, PatientSummary, Session, Trend } from "../src/api/types";

/** Whole objects of the API with only what a test cares about named. */
let serial = 0;

export function news2(change: Partial<News2>): News2 {
  return {
    min: 0,
    max: 0,
    scale: 1,
    risk: "routine",
    risk_max: "routine",
    missing: [],
    stale: [],
    measure_next: null,
    components: [],
    ...change,
  };
}

export function boardRow(patient: Partial<PatientSummary>, change: Partial<BoardRow> = {}): BoardRow {
  serial += 1;
  return {
    patient: { id: `patient-${serial}`, name: "Ama", birth_date: null, sex: "", ward: "", bed: "", ...patient },
    vitals: {},
    news2: news2({}),
    scores: { qsofa: null, shock_index: null },
    alarms: { open: 0, unacknowledged: 0, highest_priority: null, highest_title: null },
    ...change,
  };
}

export function alarm(change: Partial<Alarm>): Alarm {
  serial += 1;
  return {
    id: `alarm-${serial}`,
    patient: { id: "patient", name: "Ama", ward: "4B", bed: "1" },
    condition: "heart_rate_high",
    title: "Heart rate high",
    metric: "heart_rate",
    priority: "medium",
    category: "physiological",
    state: "active_unacknowledged",
    started_at: "2026-11-22T10:00:00Z",
    activated_at: "2026-11-22T10:00:20Z",
    acknowledged_at: null,
    acknowledged_by: null,
    cleared_at: null,
    closed_at: null,
    value: 131,
    unit: "/min",
    limit: 120,
    severe_limit: null,
    worst_value: null,
    worst_at: null,
    message: "",
    rule_version: "1",
    device_id: null,
    retrospective: false,
    assignee: null,
    snoozed_until: null,
    escalation_step: 0,
    parent_id: null,
    reopened: 0,
    version: 1,
    ...change,
  };
}

export function trend(t: number[], values: number[], resolution_seconds = 10): Trend {
  return {
    patient: "patient",
    metric: "heart_rate",
    unit: "/min",
    resolution_seconds,
    t,
    mean: values,
    min: values.map((value) => value - 1),
    max: values.map((value) => value + 1),
    n: values.map(() => 2),
  };
}

export function session(change: Partial<Session> = {}): Session {
  return {
    access: "access-1",
    refresh: "refresh-1",
    user: { id: "user", email: "ama@example.org", first_name: "Ama", last_name: "Owusu", roles: ["clinician"] },
    ...change,
  };
}

export function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: () => null,
    get length() {
      return items.size;
    },
  };
}
