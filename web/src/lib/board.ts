import type { BoardRow } from "../api/types";
import { priorityRank } from "./alarms";

const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** By alarm priority, then NEWS2 (certain score, then what it may be), then bed. */
export function compareRows(a: BoardRow, b: BoardRow): number {
  return (
    priorityRank(b.alarms.highest_priority) - priorityRank(a.alarms.highest_priority) ||
    (b.news2?.min ?? -1) - (a.news2?.min ?? -1) ||
    (b.news2?.max ?? -1) - (a.news2?.max ?? -1) ||
    natural.compare(`${a.patient.ward ?? ""} ${a.patient.bed ?? ""}`, `${b.patient.ward ?? ""} ${b.patient.bed ?? ""}`) ||
    natural.compare(a.patient.name, b.patient.name)
  );
}

/** Every word typed must occur in the name, the ward or the bed; accents do not matter. */
export function matches(row: BoardRow, query: string): boolean {
  const text = fold(`${row.patient.name} ${row.patient.ward ?? ""} ${row.patient.bed ?? ""}`);
  return fold(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

export interface WardSummary {
  patients: number;
  urgent: number;
  alarming: number;
}

export function summarize(rows: Iterable<BoardRow>): WardSummary {
  const summary = { patients: 0, urgent: 0, alarming: 0 };
  for (const row of rows) {
    summary.patients += 1;
    if (row.news2 && (row.news2.risk === "urgent" || row.news2.risk === "emergency")) summary.urgent += 1;
    if (row.alarms.unacknowledged > 0) summary.alarming += 1;
  }
  return summary;
}
