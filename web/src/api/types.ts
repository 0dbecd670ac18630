/** What the API says, in the names of its contract. Times are RFC 3339 in UTC. */

export type Priority = "high" | "medium" | "low";
export type Risk = "routine" | "low" | "urgent_single" | "urgent" | "emergency";
export type AlarmState =
  | "pending"
  | "active_unacknowledged"
  | "active_acknowledged"
  | "latched"
  | "closed";
export type Span = "1h" | "6h" | "24h" | "7d" | "30d";

export interface User {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  roles: string[];
}

export interface Tokens {
  access: string;
  refresh: string;
}

export interface Session extends Tokens {
  user: User;
}

export interface PatientSummary {
  id: string;
  name: string;
  birth_date: string | null;
  sex: string | null;
  ward: string | null;
  bed: string | null;
}

export interface VitalValue {
  value: number;
  unit: string;
  time: string;
  received_at: string;
  quality: number | null;
  stale: boolean;
}

export type Vitals = Partial<Record<string, VitalValue>>;

/** Points of one input: certain from `points_min`; the two differ when it is unknown. */
export interface News2Input {
  name: string;
  points_min: number;
  points_max: number;
  missing: boolean;
  stale: boolean;
  assumed: boolean;
}

export interface News2 {
  min: number;
  max: number;
  /** By `min`. */
  risk: Risk;
  risk_max: Risk;
  missing: string[];
  stale: string[];
  /** Taken as normal because nobody recorded them: consciousness, air. */
  assumed: string[];
  /** The unknown input whose measurement would settle the risk. */
  measure_next: string | null;
  components?: News2Input[];
}

export interface AlarmCounts {
  open: number;
  unacknowledged: number;
  highest_priority: Priority | null;
}

export interface BoardRow {
  patient: PatientSummary;
  vitals: Vitals;
  news2: News2 | null;
  alarms: AlarmCounts;
}

export interface Device {
  device_id: string;
  name: string;
  device_type: string;
  manufacturer: string;
  model: string;
  status: "ACTIVE" | "INACTIVE" | "MAINTENANCE" | "REVOKED";
  is_online: boolean;
  last_seen: string | null;
  battery_level: number | null;
}

export interface PatientDetail extends BoardRow {
  devices: Device[];
}

export interface Alarm {
  id: string;
  patient: { id: string; name: string; ward: string | null; bed: string | null };
  condition: string;
  title: string;
  metric: string | null;
  priority: Priority;
  category: "physiological" | "technical";
  state: AlarmState;
  started_at: string;
  activated_at: string | null;
  acknowledged_at: string | null;
  acknowledged_by: { id: string; name: string } | null;
  cleared_at: string | null;
  closed_at: string | null;
  value: number | null;
  unit: string | null;
  limit: number | null;
  message: string;
  rule_version: number | string;
}

export interface Trend {
  patient: string;
  metric: string;
  unit: string;
  resolution_seconds: number;
  /** Start of each bucket, in milliseconds since 1970. */
  t: number[];
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
  n: number[];
}

export interface Page<T> {
  results: T[];
  next: string | null;
}
