import { useState } from "react";
import type { FormEvent } from "react";
import type { Profile } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

interface FieldOf {
  name: keyof Profile & string;
  label: string;
  type?: "text" | "tel" | "date" | "number" | "long" | "check";
  options?: readonly string[];
}

const ZONES = Intl.supportedValuesOf("timeZone");
const FIELDS: readonly FieldOf[] = [
  { name: "first_name", label: "First name" },
  { name: "last_name", label: "Last name" },
  { name: "phone_number", label: "Telephone", type: "tel" },
  { name: "date_of_birth", label: "Date of birth", type: "date" },
  { name: "emergency_contact_name", label: "Emergency contact" },
  { name: "emergency_contact_phone", label: "Their telephone", type: "tel" },
  { name: "time_zone", label: "Time zone", options: ["UTC", ...ZONES.filter((zone) => zone !== "UTC")] },
  { name: "gender", label: "Gender", options: ["", "female", "male", "other", "unknown"] },
  { name: "height", label: "Height, cm", type: "number" },
  { name: "weight", label: "Weight, kg", type: "number" },
  { name: "blood_type", label: "Blood type", options: ["", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"] },
  { name: "activity_level", label: "Activity", options: ["", "sedentary", "light", "moderate", "active", "very_active"] },
  { name: "medical_conditions", label: "Medical conditions", type: "long" },
  { name: "current_medications", label: "Medication", type: "long" },
  { name: "allergies", label: "Allergies", type: "long" },
  { name: "health_goals", label: "Health goals", type: "long" },
  { name: "email_notifications", label: "Tell me by e-mail", type: "check" },
  { name: "push_notifications", label: "Tell me by push", type: "check" },
  { name: "health_reminders", label: "Remind me of my health", type: "check" },
];

type Value = string | boolean;

function shown(profile: Profile, field: FieldOf): Value {
  const value = profile[field.name];
  return typeof value === "boolean" ? value : String(value ?? "");
}

/** As the API takes it: nothing where a number or date is empty. */
function sent(field: FieldOf, value: Value): unknown {
  if (field.type === "number") return value === "" ? null : Number(value);
  if (field.type === "date") return value === "" ? null : value;
  return value;
}

function Control({ field, value, onChange }: { field: FieldOf; value: Value; onChange: (value: Value) => void }) {
  const common = { id: field.name, name: field.name };
  const text = String(value);
  if (field.type === "check") {
    return <input {...common} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} />;
  }
  if (field.options) {
    return (
      <select {...common} value={text} onChange={(event) => onChange(event.target.value)}>
        {field.options.map((option) => (
          <option key={option} value={option}>
            {option.replaceAll("_", " ") || "not said"}
          </option>
        ))}
      </select>
    );
  }
  if (field.type === "long") return <textarea {...common} rows={2} maxLength={5000} value={text} onChange={(event) => onChange(event.target.value)} />;
  return <input {...common} type={field.type ?? "text"} step="any" maxLength={200} value={text} onChange={(event) => onChange(event.target.value)} />;
}

/** Every field of the profile; only what was changed is sent. */
export function ProfileForm({ profile, onSaved }: { profile: Profile; onSaved: (profile: Profile) => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [values, setValues] = useState<Record<string, Value>>({});
  const save = (event: FormEvent) => {
    event.preventDefault();
    const changed = FIELDS.filter((field) => field.name in values);
    const body = Object.fromEntries(changed.map((field) => [field.name, sent(field, values[field.name] ?? "")]));
    void run(async () => {
      await client.tell("PATCH", "/api/auth/profile/", body);
      onSaved(await client.get<Profile>("/api/auth/profile/"));
    });
  };
  return (
    <form className="account__panel" onSubmit={save} aria-label="Profile">
      <h2>Profile</h2>
      <div className="account__fields">
        {FIELDS.map((field) => (
          <label key={field.name} className={`account__field account__field--${field.type ?? "text"}`}>
            <span>{field.label}</span>
            <Control
              field={field}
              value={values[field.name] ?? shown(profile, field)}
              onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
            />
          </label>
        ))}
      </div>
      <p className="account__note">
        Body mass index: <strong>{profile.bmi === null ? "unknown without height and weight" : `${profile.bmi} kg/m²`}</strong>
      </p>
      <Failure error={error} />
      <button type="submit" className="button button--primary" disabled={busy || Object.keys(values).length === 0}>
        {busy ? "Saving…" : "Save"}
      </button>
    </form>
  );
}
