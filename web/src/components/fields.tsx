import type { FormEvent, ReactNode } from "react";
import { useTask } from "../lib/use-task";

export interface Field {
  name: string;
  label: string;
  kind?: "text" | "email" | "tel" | "number" | "url" | "area" | "check";
  required?: boolean;
  step?: string;
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
  const { name, label, kind = "text", required, step } = field;
  if (kind === "check") {
    return (
      <label className="form__check">
        <input type="checkbox" name={name} defaultChecked={value === true} /> {label}
      </label>
    );
  }
  const text = value === null || value === undefined ? "" : String(value);
  return (
    <label className={kind === "area" ? "form__wide" : undefined}>
      {label}
      {kind === "area" ? <textarea name={name} defaultValue={text} rows={3} /> : <input name={name} type={kind} step={step} defaultValue={text} required={required} />}
    </label>
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
      {error && (
        <p className="entry__error form__wide" role="alert">
          {error}
        </p>
      )}
      <div className="form__end">
        <button type="submit" className="button" disabled={busy}>
          Save
        </button>
        <button type="button" className="button button--quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
