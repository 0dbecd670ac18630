import { useState } from "react";
import type { EffectiveRule, Page, User } from "../api/types";
import { unitText } from "../lib/metrics";
import { isOwn, mayChangeRules, originText } from "../lib/rules";
import { useFetched } from "../lib/use-fetched";
import { Loading, Message } from "./message";
import { RuleForm } from "./rule-form";

function limitText(rule: EffectiveRule): string {
  if (rule.values["enabled"]?.value === false) return "off";
  return `${rule.side === "high" ? "≥" : "≤"} ${String(rule.values["limit"]?.value ?? "–")} ${unitText(rule.unit)}`;
}

function Rules({ patient, user }: { patient: string; user: User }) {
  const { data, error, retry } = useFetched<Page<EffectiveRule>>("/api/alarm-rules/", { patient, limit: "100" });
  const [chosen, setChosen] = useState("");
  if (error) {
    return (
      <Message title="The rules cannot be shown" tone="error" onRetry={retry}>
        <p>{error.message}</p>
      </Message>
    );
  }
  if (!data) return <Loading rows={3} label="Loading the rules" />;
  const rule = data.results.find(({ condition }) => condition === chosen);
  return (
    <div className="rules">
      <ul className="rules__list">
        {data.results.map((one) => (
          <li key={one.condition}>
            <button type="button" aria-expanded={chosen === one.condition} onClick={() => setChosen(chosen === one.condition ? "" : one.condition)}>
              <span>{one.title}</span>
              <span className="rules__limit">{limitText(one)}</span>
              <span className="rules__origin">{isOwn(one) ? "of this patient" : originText(one.values["limit"]?.source ?? "")}</span>
            </button>
            {rule?.condition === one.condition && mayChangeRules(user) && <RuleForm patient={patient} rule={rule} onChanged={retry} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What calls for this patient and where it comes from; fetched when it is opened. */
export function RulesPanel({ patient, user }: { patient: string; user: User }) {
  const [open, setOpen] = useState(false);
  return (
    <section className="panel patient__rules" aria-label="Alarm rules">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2>Alarm rules</h2>
        </summary>
        {open && <Rules patient={patient} user={user} />}
      </details>
    </section>
  );
}
