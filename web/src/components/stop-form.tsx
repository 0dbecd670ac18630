import type { FormEvent } from "react";

interface StopFormProps {
  name: string;
  busy: boolean;
  onStop: (reason: string) => void;
  onCancel: () => void;
}

/** Why a medicine is stopped; the history keeps it. */
export function StopForm({ name, busy, onStop, onCancel }: StopFormProps) {
  const stop = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onStop(String(new FormData(event.currentTarget).get("reason")));
  };
  return (
    <form className="med-form" aria-label={`Stop ${name}`} onSubmit={stop}>
      <label className="med-form__wide">
        Why it is stopped
        <input name="reason" required maxLength={200} autoFocus />
      </label>
      <div className="med-form__end">
        <button type="submit" className="button button--primary" disabled={busy}>
          Stop it
        </button>
        <button type="button" className="button button--quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
