import { useState } from "react";
import type { ApiClient } from "../api/client";
import { useTask } from "../lib/use-task";

/** Asks for a link by mail; whether there is such an account is told to nobody. */
export function ForgottenPassword({ client, email }: { client: ApiClient; email: string }) {
  const [sent, setSent] = useState(false);
  const { run, busy, error } = useTask();
  if (sent) {
    return (
      <p className="login__notice" role="status">
        If there is an account with this address, a mail with a link is on its way.
      </p>
    );
  }
  const ask = () => run(() => client.open("/api/auth/password/reset/", { email: email.trim() })).then(setSent);
  return (
    <>
      <button type="button" className="button button--quiet" disabled={busy || !email.includes("@")} onClick={() => void ask()}>
        Forgotten your password?
      </button>
      {error && (
        <p className="login__error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
