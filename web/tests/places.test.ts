import { describe, expect, it } from "vitest";
import { placesOf, samePlaces } from "../src/components/places";

const hospital = (id: string) => ({ id, name: id, city: "" });
const provider = { hospitals: [hospital("a"), hospital("b")], primary_hospital: hospital("a") };

describe("where a provider works", () => {
  it("is read from the form with the primary place", () => {
    const form = new FormData();
    form.append("hospital_ids", "a");
    form.append("hospital_ids", "b");
    form.append("primary", "b");
    expect(placesOf(form)).toEqual({ hospital_ids: ["a", "b"], primary: "b" });
    expect(placesOf(new FormData())).toEqual({ hospital_ids: [], primary: null });
  });

  it("is sent when a place or only the primary one is another", () => {
    expect(samePlaces(provider, { hospital_ids: ["b", "a"], primary: "a" })).toBe(true);
    expect(samePlaces(provider, { hospital_ids: ["a", "b"], primary: "b" })).toBe(false);
    expect(samePlaces(provider, { hospital_ids: ["a"], primary: "a" })).toBe(false);
  });
});
