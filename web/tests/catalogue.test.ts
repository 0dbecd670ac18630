import { describe, expect, it } from "vitest";
import { importText, keepsCatalogue, namesOf } from "../src/lib/catalogue";
import type { User } from "../src/api/types";

describe("the catalogue", () => {
  it("is kept by admins", () => {
    const of = (...roles: string[]) => keepsCatalogue({ roles } as unknown as User);
    expect([of("admin"), of("clinician"), of("patient")]).toEqual([true, false, false]);
  });

  it("says what became of a file", () => {
    expect(importText({ rows: 12, created: 9, updated: 0, unchanged: 1, refused: 2 })).toBe("12 rows: 9 created, 1 unchanged, 2 refused.");
    expect(importText({})).toBe("0 rows: nothing to do.");
  });

  it("takes names with commas between them", () => {
    expect(namesOf(" penicillins, ,beta-lactams ")).toEqual(["penicillins", "beta-lactams"]);
  });
});
