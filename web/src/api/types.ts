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

/** Points of one input: certain from `min`, at most `max`; the two differ when it is unknown. */
export interface News2Component {
  min: number;
  max: number;
  value?: number | string | null;
}

export interface News2 {
  min: number;
  max: number;
  risk: Risk;
  missing: string[];
  stale: string[];
  /** Taken as normal because nobody recorded them: consciousness, air. */
  assumed?: string[];
  /** The unknown input whose measurement would settle the score. */
  settling?: string | null;
  components?: Record<string, News2Component>;
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

export interface DeviceSummary {
  device_id: string;
  device_type: string;
  name: string | null;
  manufacturer: string | null;
  model: string | null;
  last_seen_at?: string | null;
}

export interface PatientDetail extends BoardRow {
  devices: DeviceSummary[];
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
