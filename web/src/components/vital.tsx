import type { VitalValue, Vitals } from "../api/types";
import { DIASTOLIC, SYSTOLIC, metricInfo, unitText, valueText } from "../lib/metrics";
import { Age } from "./age";

interface Reading {
  text: string;
  unit: string;
  newest: VitalValue | undefined;
  stale: boolean;
}

/** Blood pressure is one reading of two series; it is as old as the older of them. */
export function readingOf(code: string, vitals: Vitals): Reading {
  if (code !== "blood_pressure") {
    const vital = vitals[code];
    return {
      text: valueText(code, vital?.value),
      unit: unitText(vital?.unit),
      newest: vital,
      stale: vital?.stale ?? false,
    };
  }
  const [systolic, diastolic] = [vitals[SYSTOLIC], vitals[DIASTOLIC]];
  const older = [systolic, diastolic]
    .filter((vital) => vital !== undefined)
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time))[0];
  return {
    text: older ? `${valueText(SYSTOLIC, systolic?.value)}/${valueText(DIASTOLIC, diastolic?.value)}` : "–",
    unit: unitText(older?.unit),
    newest: older,
    stale: Boolean(systolic?.stale) || Boolean(diastolic?.stale),
  };
}

interface VitalProps {
  code: string;
  vitals: Vitals;
  /** What this reading adds to NEWS2, when known: 1 to 3 are marked. */
  score?: number | null | undefined;
}

/** One newest value with unit and age; greyed and marked when it is too old to act on. */
export function Vital({ code, vitals, score }: VitalProps) {
  const { text, unit, newest, stale } = readingOf(code, vitals);
  const info = metricInfo(code);
  const mark = !stale && score ? `vital--score-${Math.min(3, score)}` : "";
  return (
    <div className={`vital ${stale ? "vital--stale" : ""} ${newest ? "" : "vital--absent"} ${mark}`} data-metric={code}>
      <span className="vital__label" title={info.label}>
        <span className="vital__short">{info.short}</span>
        <span className="vital__long">{info.label}</span>
      </span>
      <span className="vital__reading">
        <span className="vital__value">{text}</span>
        {unit && <span className="vital__unit">{unit}</span>}
        {mark && (
          <span className="vital__points" title={`Adds ${score} to NEWS2`}>
            +{score}
          </span>
        )}
      </span>
      <span className="vital__age">
        {stale && <span className="vital__flag">Stale</span>}
        {newest ? <Age time={newest.time} oldAfter_ms={stale ? undefined : info.quietAfter_ms} /> : "not measured"}
      </span>
    </div>
  );
}
