import { useState } from "react";
import type { ApiClient } from "../api/client";
import { useTask } from "../lib/use-task";

/** The password was right: a code of the authenticator app, or a recovery code. */
export function SecondStep({ client, ticket, onBack }: { client: ApiClient; ticket: string; onBack: () => void }) {
  const [code, setCode] = useState("");
  const { run, busy, error } = useTask();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => client.secondStep(ticket, code));
      }}
    >
      <label htmlFor="code">Code of your authenticator app, or a recovery code</label>
      <input
        id="code"
        autoComplete="one-time-code"
        autoFocus
        required
        maxLength={40}
        value={code}
        aria-invalid={error !== null}
        aria-describedby={error ? "code-error" : undefined}
        onChange={(event) => setCode(event.target.value)}
      />
      {error && (
        <p className="login__error" id="code-error" role="alert">
          {error}
        </p>
      )}
      <button type="submit" className="button button--primary" disabled={busy}>
        {busy ? "Checking…" : "Log in"}
      </button>
      <button type="button" className="button button--quiet" onClick={onBack}>
        Begin again
      </button>
    </form>
  );
}
