import type { PatientRecord } from "../api/types";

const VERBS: Record<string, string> = { GET: "Read", HEAD: "Read", STREAM: "Followed live", POST: "Entered or done", PUT: "Changed", PATCH: "Changed", DELETE: "Removed" };
const OUTCOMES: Record<PatientRecord["outcome"], string> = { success: "", denied: "was not allowed", refused: "was refused", failed: "failed" };

/** "Read: patients, medications", from a method and a path of the API. */
export function doneText({ action, resource }: Pick<PatientRecord, "action" | "resource">): string {
  const named = resource.split("/").filter((part) => part && part !== "api" && !part.startsWith("{"));
  return `${VERBS[action] ?? action}: ${named.join(", ").replaceAll(/[-_]/g, " ")}`;
}

/** Who it was: by name, else what is known of them. */
export function actorText({ actor_id, actor_name }: Pick<PatientRecord, "actor_id" | "actor_name">): string {
  return actor_name ?? (actor_id === null ? "Nobody who was logged in" : "An account that is gone");
}

/** Why, from where and with what result, as far as it is told. */
export function circumstancesText(one: Pick<PatientRecord, "purpose_text" | "reason" | "address" | "outcome">): string {
  const parts = [one.purpose_text, one.reason && `“${one.reason}”`, one.address && `from ${one.address}`, OUTCOMES[one.outcome]];
  return parts.filter(Boolean).join(" · ");
}
