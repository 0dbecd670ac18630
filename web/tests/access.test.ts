import { describe, expect, it } from "vitest";
import { actorText, circumstancesText, doneText } from "../src/lib/access";

const RECORD = { purpose_text: "Treatment", reason: "", address: "", outcome: "success" as const };

describe("a record of the access log", () => {
  it.each([
    ["GET", "/api/patients/{patient_id}/medications/", "Read: patients, medications"],
    ["PUT", "/api/patients/{patient_id}/early-warning/", "Changed: patients, early warning"],
    ["STREAM", "/api/events/", "Followed live: events"],
    ["POST", "/api/auth/login/", "Entered or done: auth, login"],
  ])("%s %s is told in words", (action, resource, text) => {
    expect(doneText({ action, resource })).toBe(text);
  });

  it("names who it was, or why nobody is named", () => {
    expect(actorText({ actor_id: "1", actor_name: "Efua Addo" })).toBe("Efua Addo");
    expect(actorText({ actor_id: "1", actor_name: null })).toBe("An account that is gone");
    expect(actorText({ actor_id: null, actor_name: null })).toBe("Nobody who was logged in");
  });

  it("says why, from where and what came of it", () => {
    expect(circumstancesText(RECORD)).toBe("Treatment");
    expect(circumstancesText({ ...RECORD, reason: "Collapsed", address: "203.0.113.7", outcome: "denied" })).toBe(
      "Treatment · “Collapsed” · from 203.0.113.7 · was not allowed",
    );
  });
});
