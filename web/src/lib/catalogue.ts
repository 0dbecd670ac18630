import type { User } from "../api/types";

/** Whose role keeps the catalogue of medicines. */
export function keepsCatalogue(user: User): boolean {
  return user.roles.includes("admin");
}

const OUTCOMES = ["created", "updated", "unchanged", "refused"];

/** "12 rows: 10 created, 2 refused." */
export function importText(result: Record<string, number>): string {
  const parts = OUTCOMES.filter((name) => (result[name] ?? 0) > 0).map((name) => `${result[name]} ${name}`);
  return `${result.rows ?? 0} rows: ${parts.join(", ") || "nothing to do"}.`;
}

/** Names with commas between them, as the API takes them. */
export function namesOf(text: string): string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
}
