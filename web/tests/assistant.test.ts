import { describe, expect, it } from "vitest";
import type { NumberSource } from "../src/api/types";
import { modelText, pieces } from "../src/lib/assistant";

function source(quote: string, start: number, part = "response"): NumberSource {
  return { quote, part, start, end: start + quote.length, kind: "reading", label: "Heart rate", value: 72, unit: "/min", measured_at: null, reference: {} };
}

describe("pieces of an answer", () => {
  it("cuts a text at the numbers that have sources", () => {
    const cut = pieces("It was 72, then 80.", [source("80", 16), source("72", 7)]);
    expect(cut.map((one) => one.text)).toEqual(["It was ", "72", ", then ", "80", "."]);
    expect(cut.map((one) => one.source !== null)).toEqual([false, true, false, true, false]);
  });

  it("counts characters as the API does", () => {
    expect(pieces("😀 72", [source("72", 2)])[1]?.text).toBe("72");
  });

  it("leaves out sources that do not fit the text, and those of other parts", () => {
    const wrong = [source("72", 0), source("72", 7, "recommendations.0"), source("99", 7)];
    expect(pieces("It was 72", wrong)).toEqual([{ text: "It was 72", source: null }]);
  });

  it("shows all of a text without sources", () => {
    expect(pieces("Rest.", null)).toEqual([{ text: "Rest.", source: null }]);
    expect(pieces("", null)).toEqual([]);
  });
});

it("says in words what answered", () => {
  expect(modelText("jeg-local-1")).toContain("fixed rules");
  expect(modelText("gemini-2.5-flash")).toBe("gemini-2.5-flash");
});
