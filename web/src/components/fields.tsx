import type { FormEvent, ReactNode } from "react";
import { useTask } from "../lib/use-task";
import { Failure } from "./failure";

export interface Field {
  name: string;
  label: string;
  kind?: "text" | "email" | "tel" | "number" | "url" | "area" | "check" | "date" | "time" | "password";
  required?: boolean;
  step?: string;
  min?: number;
  max?: number;
  /** What can be chosen, value and words; the field is then a list to choose from. */
  options?: readonly (readonly [string, string])[];
  /** Said below the field. */
  hint?: string;
}

type Values = Record<string, unknown>;

/** What a form holds, as the API takes it: an empty number is none. */
export function valuesOf(form: FormData, fields: Field[]): Values {
  return Object.fromEntries(
    fields.map(({ name, kind }) => {
      const text = String(form.get(name) ?? "").trim();
      if (kind === "check") return [name, form.get(name) === "on"];
      return [name, kind === "number" && text === "" ? null : text];
    }),
  );
}

function Input({ field, value }: { field: Field; value: unknown }) {
  const { name, label, kind = "text", required, step, min, max, options, hint } = field;
  if (kind === "check") {
    return (
      <label className="form__check">
        <input type="checkbox" name={name} defaultChecked={value === true} /> {label}
      </label>
    );
  }
  const text = value === null || value === undefined ? "" : String(value);
  const input = (
    <label className={kind === "area" ? "form__wide" : undefined}>
      {label}
      {options ? (
        <select name={name} defaultValue={text}>
          {options.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      ) : kind === "area" ? (
        <textarea name={name} defaultValue={text} rows={3} />
      ) : (
        <input name={name} aria-describedby={hint && `${name}-hint`} type={kind} step={step} min={min} max={max} defaultValue={text} required={required} autoComplete={kind === "password" ? "off" : undefined} />
      )}
    </label>
  );
  if (!hint) return input;
  // Beside the label: the hint is no part of the field's name.
  return (
    <div>
      {input}
      <small id={`${name}-hint`}>{hint}</small>
    </div>
  );
}

interface FieldsProps {
  fields: Field[];
  values: Values;
  save: (values: Values, form: FormData) => Promise<void>;
  onSaved: () => void;
  onCancel: () => void;
  children?: ReactNode;
}

/** A form of plain fields; what the API says against it stands below. */
export function Fields({ fields, values, save, onSaved, onCancel, children }: FieldsProps) {
  const { run, busy, error } = useTask();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run(() => save(valuesOf(form, fields), form)).then((done) => done && onSaved());
  };
  return (
    <form className="form" onSubmit={submit}>
      {fields.map((field) => (
        <Input key={field.name} field={field} value={values[field.name]} />
      ))}
      {children}
      <FormEnd busy={busy} error={error} onCancel={onCancel} />
    </form>
  );
}

/** The end of a form: what the API says against it, and its buttons. */
export function FormEnd({ busy, error, onCancel }: { busy: boolean; error: string | null; onCancel: () => void }) {
  return (
    <>
      <Failure error={error} />
      <div className="form__end">
        <button type="submit" className="button" disabled={busy}>
          Save
        </button>
        <button type="button" className="button button--quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </>
  );
}
