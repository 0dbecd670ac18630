import { describe, expect, it } from "vitest";
import { matches, compareRows, summarize } from "../src/lib/board";
import { metricInfo, peopleText, seriesOf, unitText, valueText } from "../src/lib/metrics";
import { adviceText, certainPoints, explain, riskText, scoreText } from "../src/lib/news2";
import { personText, placeText } from "../src/lib/people";
import { ageText, isSameDay, yearsOld } from "../src/lib/time";
import { boardRow, news2 } from "./make";

const NOW = Date.parse("2026-11-22T10:00:00Z");

describe("age of a reading", () => {
  it.each([
    [0, "now"],
    [-5_000, "now"],
    [12_400, "12 s ago"],
    [99_999, "99 s ago"],
    [100_000, "1 min ago"],
    [99 * 60_000, "99 min ago"],
    [100 * 60_000, "1 h ago"],
    [47 * 3_600_000, "47 h ago"],
    [72 * 3_600_000, "3 d ago"],
  ])("%d ms is %s", (age, text) => {
    expect(ageText(NOW - age, NOW)).toBe(text);
  });

  it("knows the viewer's day", () => {
    const midnight = new Date(2026, 10, 22).getTime();
    expect(isSameDay(midnight, midnight + 86_399_999)).toBe(true);
    expect(isSameDay(midnight, midnight - 1)).toBe(false);
  });
});

describe("a person", () => {
  const noon = new Date(2026, 10, 22, 12).getTime();

  it("is a year older from the birthday on", () => {
    expect(yearsOld("1960-11-22", noon)).toBe(66);
    expect(yearsOld("1960-11-23", noon)).toBe(65);
  });

  it("leaves out what is unknown", () => {
    expect(yearsOld(null, noon)).toBeNull();
    expect(personText({ birth_date: null, sex: "" }, noon)).toBe("");
    expect(personText({ birth_date: "1960-01-01", sex: "female" }, noon)).toBe("66 y · F");
    expect(placeText({ ward: "", bed: "7" })).toBe("Bed 7");
  });
});

describe("metrics", () => {
  it("writes units as people do", () => {
    expect(["mm[Hg]", "Cel", "/min", "{steps}", null].map(unitText)).toEqual(["mmHg", "°C", "/min", "steps", ""]);
  });

  it("shows temperature to a tenth and rates whole", () => {
    expect(valueText("body_temperature", 38.04)).toBe("38.0");
    expect(valueText("heart_rate", 71.6)).toBe("72");
    expect(valueText("heart_rate", null)).toBe("–");
  });

  it("says systolic pressure as people do", () => {
    expect(peopleText("Blood pressure systolic low")).toBe("Systolic pressure low");
    expect(metricInfo("blood_pressure_diastolic_high").label).toBe("Diastolic pressure high");
  });

  it("copes with a metric it has never heard of", () => {
    expect(metricInfo("lung_volume").label).toBe("Lung volume");
    expect(seriesOf("lung_volume")).toEqual(["lung_volume"]);
  });
});

describe("NEWS2", () => {
  it("is a number when everything is known and an interval otherwise", () => {
    expect(scoreText(news2({ min: 4, max: 4 }))).toBe("4");
    expect(scoreText(news2({ min: 3, max: 5 }))).toBe("3–5");
    expect(scoreText(null)).toBe("–");
  });

  it("never calls an unsettled score routine", () => {
    expect(riskText(news2({ risk: "routine", risk_max: "routine" }))).toBe("Routine");
    expect(riskText(news2({ risk: "routine", risk_max: "urgent" }))).toBe("Incomplete");
    expect(riskText(news2({ risk: "low", risk_max: "urgent" }))).toBe("≥ Low");
  });

  it("advises nothing routine for what may be more", () => {
    const unsettled = news2({ min: 0, max: 6, risk: "routine", risk_max: "urgent" });
    expect(adviceText(unsettled)).toBe("Score 0–6, not settled: may be as much as urgent");
    expect(explain(unsettled)).not.toMatch(/routine/i);
    expect(adviceText(news2({ min: 3, max: 7, risk: "low", risk_max: "emergency" }))).toBe(
      "Not settled. At least: assessment by a nurse. May be as much as emergency",
    );
    expect(adviceText(news2({}))).toMatch(/routine/);
  });

  it("names what is missing and what to measure", () => {
    const text = explain(
      news2({ min: 1, max: 7, missing: ["body_temperature"], stale: ["respiratory_rate"], measure_next: "body_temperature" }),
    );
    expect(text).toContain("NEWS2 1–7");
    expect(text).toContain("Missing: temperature.");
    expect(text).toContain("Stale: respiratory rate.");
    expect(text).toContain("Measure temperature first.");
  });

  it("finds the points of a column, systolic for blood pressure", () => {
    const input = { points_max: 3, missing: false, stale: false };
    const score = news2({ components: [{ name: "blood_pressure_systolic", points_min: 2, ...input }] });
    expect(certainPoints(score, "blood_pressure")).toBe(2);
    expect(certainPoints(score, "heart_rate")).toBeNull();
    expect(certainPoints(news2({}), "heart_rate")).toBeNull();
  });
});

describe("the board", () => {
  it("puts alarms first, then scores, then beds as numbers", () => {
    const rows = [
      boardRow({ name: "Bed ten", bed: "10" }),
      boardRow({ name: "Bed two", bed: "2" }),
      boardRow({ name: "Score", bed: "3" }, { news2: news2({ min: 6, max: 6 }) }),
      boardRow({ name: "Score may be more", bed: "4" }, { news2: news2({ min: 6, max: 9 }) }),
      boardRow({ name: "Low", bed: "5" }, { alarms: { open: 1, unacknowledged: 0, highest_priority: "low", highest_title: "Fever" } }),
      boardRow({ name: "High", bed: "6" }, { alarms: { open: 1, unacknowledged: 1, highest_priority: "high", highest_title: "Fever" } }),
    ];
    const names = rows.sort(compareRows).map((row) => row.patient.name);
    expect(names).toEqual(["High", "Low", "Score may be more", "Score", "Bed two", "Bed ten"]);
  });

  it("filters by every word, without regard to accents and case", () => {
    const row = boardRow({ name: "Zoë Müller", ward: "4B", bed: "7" });
    expect(matches(row, "")).toBe(true);
    expect(matches(row, " muller  ZOE ")).toBe(true);
    expect(matches(row, "4b")).toBe(true);
    expect(matches(row, "zoe smith")).toBe(false);
  });

  it("takes a bed as it is labelled and a ward as it is shown", () => {
    const seven = boardRow({ name: "Ama Owusu", ward: "4B", bed: "7" });
    const seventeen = boardRow({ name: "Kofi Boateng", ward: "ICU", bed: "17" });
    expect([seven, seventeen].map((row) => matches(row, "7"))).toEqual([true, false]);
    expect([seven, seventeen].map((row) => matches(row, "bed 17"))).toEqual([false, true]);
    expect([seven, seventeen].map((row) => matches(row, "Ward ICU"))).toEqual([false, true]);
    expect([seven, seventeen].map((row) => matches(row, "4"))).toEqual([false, false]);
    expect(matches(seven, "ward 4b bed 7")).toBe(true);
    expect(placeText({ ward: "Stroke ward", bed: "2" })).toBe("Stroke ward · Bed 2");
  });

  it("counts patients, new alarms and urgent scores", () => {
    const rows = [
      boardRow({}, { news2: news2({ risk: "emergency" }) }),
      boardRow({}, { alarms: { open: 2, unacknowledged: 1, highest_priority: "low", highest_title: "Fever" }, news2: null }),
    ];
    expect(summarize(rows)).toEqual({ patients: 2, urgent: 1, alarming: 1 });
  });
});
