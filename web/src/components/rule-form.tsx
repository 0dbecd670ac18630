import { useEffect, useId, useState } from "react";
import type { FormEvent } from "react";
import { ApiError } from "../api/client";
import type { EffectiveRule, Job, WhatIfAnswer } from "../api/types";
import { unitText } from "../lib/metrics";
import { draftOf, faultOf, isJob, isOwn, originText, valuesOf } from "../lib/rules";
import type { Draft, Field } from "../lib/rules";
import { useLive } from "../live/provider";

const DAYS = 7;
const LABELS: Record<Field, string> = { enabled: "Calls", limit: "Limit", severe_limit: "High priority from", delay_s: "After", priority: "Priority" };
const UNITS: Partial<Record<Field, string>> = { delay_s: "s" };
const CHOICES: Partial<Record<Field, Record<string, string>>> = {
  enabled: { true: "yes", false: "no" },
  priority: { high: "!!! High", medium: "!! Medium", low: "! Low" },
};

function textOf(failure: unknown): { text: string; reload: boolean } {
  if (!(failure instanceof ApiError)) return { text: "That failed.", reload: false };
  const reload = [409, 412, 428].includes(failure.status);
  return { text: reload ? "Somebody changed this rule meanwhile. It is shown as it is now: look again." : failure.message, reload };
}

interface RuleFormProps {
  patient: string;
  rule: EffectiveRule;
  onChanged: () => void;
}

/** One rule of a patient: edit it, try it on the last days, keep it or take it back. */
export function RuleForm({ patient, rule, onChanged }: RuleFormProps) {
  const { client } = useLive();
  const [draft, setDraft] = useState<Draft>(() => draftOf(rule));
  const [reason, setReason] = useState("");
  const [said, setSaid] = useState<{ text: string; wrong: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const id = useId();
  // Another version, one's own or somebody else's: what was typed is against one that is gone.
  useEffect(() => setDraft(draftOf(rule)), [rule.scope_version]);
  const fault = faultOf(rule, draft);
  const path = `/api/alarm-rules/${rule.condition}/`;

  const during = async (work: () => Promise<string>) => {
    if (busy) return;
    setBusy(true);
    setSaid(null);
    try {
      setSaid({ text: await work(), wrong: false });
    } catch (failure) {
      const { text, reload } = textOf(failure);
      setSaid({ text, wrong: true });
      if (reload) onChanged();
    } finally {
      setBusy(false);
    }
  };

  const tryIt = () =>
    during(async () => {
      const changes = [{ condition: rule.condition, ...valuesOf(rule, draft) }];
      const answer = await client.post<WhatIfAnswer | Job>("/api/alarm-rules/what-if/", { changes, days: DAYS }, undefined, { patient });
      return isJob(answer) ? "That takes longer: it is worked out in the background." : answer.sentence;
    });
  const save = (event: FormEvent) => {
    event.preventDefault();
    void during(async () => {
      await client.change<EffectiveRule>("PUT", path, { patient }, { ...valuesOf(rule, draft), reason }, `"${rule.scope_version}"`);
      onChanged();
      return "Kept: in force within seconds.";
    });
  };
  const withdraw = () =>
    during(async () => {
      await client.change<EffectiveRule>("DELETE", path, { patient }, { reason: reason || "taken back" }, `"${rule.scope_version}"`);
      onChanged();
      return "Taken back: the wider rule holds.";
    });

  return (
    <form className="rules__form" onSubmit={save} aria-label={rule.title}>
      {(Object.keys(LABELS) as Field[]).map((field) => {
        const choices = CHOICES[field];
        const set = (value: string) => setDraft({ ...draft, [field]: value });
        return (
          <div key={field} className="rules__field">
            <label htmlFor={`${id}${field}`}>{LABELS[field]}</label>
            {choices ? (
              <select id={`${id}${field}`} value={draft[field]} onChange={(event) => set(event.target.value)}>
                {Object.entries(choices).map(([value, text]) => (
                  <option key={value} value={value}>
                    {text}
                  </option>
                ))}
              </select>
            ) : (
              <input id={`${id}${field}`} inputMode="decimal" value={draft[field]} onChange={(event) => set(event.target.value)} />
            )}
            <span className="rules__origin">
              {UNITS[field] ?? (choices ? "" : unitText(rule.unit))} {originText(rule.values[field]?.source ?? "")}
            </span>
          </div>
        );
      })}
      <input required maxLength={500} value={reason} aria-label="Why it is changed" placeholder="Why it is changed" onChange={(event) => setReason(event.target.value)} />
      <div className="actions__row">
        <button type="button" className="button" disabled={fault !== null} onClick={() => void tryIt()}>
          Try on the last {DAYS} days
        </button>
        <button className="button button--primary" disabled={fault !== null}>
          Keep
        </button>
        {isOwn(rule) && (
          <button type="button" className="button" onClick={() => void withdraw()}>
            Take back
          </button>
        )}
      </div>
      <p role="status" className={said?.wrong || fault ? "alarm__error" : "rules__said"}>
        {busy ? "Working…" : (fault ?? said?.text)}
      </p>
    </form>
  );
}
