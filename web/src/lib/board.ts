import type { BoardRow } from "../api/types";
import { priorityRank } from "./alarms";
import { wardText } from "./people";

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

/**
 * Every word typed must be part of the name, begin a word of the ward as it is shown, or be the bed
 * exactly: 1 is not bed 10, and not in ward 4B. "bed 7" and "ward 4b" are read as the labels that
 * they are. Accents do not matter.
 */
export function matches({ patient }: BoardRow, query: string): boolean {
  const typed = fold(query);
  const [name, ward, bed] = [fold(patient.name), fold(wardText(patient.ward ?? "")), fold(patient.bed ?? "")];
  if (typed === "" || typed === bed || typed === `bed ${bed}` || (patient.ward && typed === ward)) return true;
  const wardWords = patient.ward ? ward.split(/\s+/) : [];
  const isWard = (word: string) => wardWords.some((part) => (/^\d+$/.test(word) ? part === word : part.startsWith(word)));
  const isBed = (word: string) => bed !== "" && word === bed;
  const words = typed.split(/\s+/);
  return words.every((word, i) => {
    const label = words[i - 1];
    if (label === "bed") return isBed(word);
    if (label === "ward") return wardWords.some((part) => part.startsWith(word));
    if (word === "bed" && bed !== "") return true;
    return name.includes(word) || isWard(word) || isBed(word);
  });
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
