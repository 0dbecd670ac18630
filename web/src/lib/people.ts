import type { PatientSummary, User } from "../api/types";
import { yearsOld } from "./time";

const SEXES: Record<string, string> = { female: "F", male: "M", f: "F", m: "M" };

/** "67 y · F", leaving out what is unknown. */
export function personText(patient: Pick<PatientSummary, "birth_date" | "sex">, now_ms: number): string {
  const age = yearsOld(patient.birth_date, now_ms);
  const sex = SEXES[patient.sex?.toLowerCase() ?? ""];
  return [age === null ? null : `${age} y`, sex].filter(Boolean).join(" · ");
}

/** "Ward 4B"; a ward whose name says so already keeps it. */
export function wardText(ward: string): string {
  return /\bward\b/i.test(ward) ? ward : `Ward ${ward}`;
}

/** "Ward 4B · Bed 7", leaving out what is unknown. */
export function placeText(patient: Pick<PatientSummary, "ward" | "bed">): string {
  return [patient.ward && wardText(patient.ward), patient.bed && `Bed ${patient.bed}`].filter(Boolean).join(" · ");
}

/** A patient has no ward: they start at their own page, and stay there. */
export function isOnlyPatient(user: User): boolean {
  return user.roles.length > 0 && user.roles.every((role) => role === "patient");
}

/** Whose role writes down what patients are to take; the API asks for a provider besides. */
export function mayPrescribe(user: User): boolean {
  return user.roles.includes("clinician");
}
