import { useEffect, useState } from "react";
import type { FormEvent, ReactNode } from "react";
import type { ApiClient } from "../api/client";
import { Logo } from "../components/icons";
import { useTask } from "../lib/use-task";

/** What a mail's link carries after the #, which no server sees. */
function useToken(): string {
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "");
  useEffect(() => window.history.replaceState(null, "", window.location.pathname), []);
  return token;
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="login">
      <div className="login__card">
        <div className="login__brand">
          <Logo />
          <h1>{title}</h1>
        </div>
        {children}
        <p className="login__tagline">
          <a href="/">Go to JEGHealth</a>
        </p>
      </div>
    </main>
  );
}

function Failure({ error }: { error: string | null }) {
  return error ? (
    <p className="login__error" role="alert">
      {error}
    </p>
  ) : null;
}

/** Where the link of a mail leads that proves an address. A press, since mail scanners follow links. */
export function VerifyPage({ client }: { client: ApiClient }) {
  const token = useToken();
  const [done, setDone] = useState(false);
  const { run, busy, error } = useTask();
  return (
    <Card title="E-mail address">
      {done ? (
        <p className="login__tagline" role="status">
          Thank you: the address is yours.
        </p>
      ) : (
        <button
          type="button"
          className="button button--primary letter__button"
          disabled={busy}
          onClick={() => void run(() => client.open("/api/auth/email/verify/", { token })).then(setDone)}
        >
          Confirm my address
        </button>
      )}
      <Failure error={error} />
    </Card>
  );
}

/** Where the link of a mail leads that sets a new password. */
export function ResetPage({ client }: { client: ApiClient }) {
  const token = useToken();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const { run, busy, error } = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(() => client.open("/api/auth/password/reset/confirm/", { token, new_password: password })).then(setDone);
  };
  if (done) {
    return (
      <Card title="New password">
        <p className="login__tagline" role="status">
          Your password is set, and every login has ended. Log in with it.
        </p>
      </Card>
    );
  }
  return (
    <Card title="New password">
      <form onSubmit={submit} className="letter__form">
        <label htmlFor="new-password">New password, ten characters or more</label>
        <input
          id="new-password"
          type="password"
          autoComplete="new-password"
          required
          autoFocus
          minLength={10}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Failure error={error} />
        <button type="submit" className="button button--primary" disabled={busy}>
          Set password
        </button>
      </form>
    </Card>
  );
}
