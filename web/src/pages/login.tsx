import { useEffect, useState } from "react";
import type { FormEvent } from "react";
import { ApiError } from "../api/client";
import type { ApiClient } from "../api/client";
import type { DemoLogin } from "../api/types";
import { Logo } from "../components/icons";
import { ForgottenPassword } from "../components/forgotten-password";
import { SecondStep } from "../components/second-step";
import { hasPasskeys, showPasskey } from "../lib/passkeys";

/** Only a demonstration answers here; anywhere else there is nothing to show. */
async function fetchDemoLogins(): Promise<DemoLogin[]> {
  const response = await fetch("/api/demo/", { headers: { Accept: "application/json" } });
  if (response.status !== 200) return [];
  const body = (await response.json()) as { logins: DemoLogin[] };
  return body.logins;
}

function messageFor(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) return "E-mail address or password is wrong.";
  if (error instanceof Error) return error.message;
  return "Logging in failed.";
}

function DemoLogins({ onChoose }: { onChoose: (login: DemoLogin) => void }) {
  const [logins, setLogins] = useState<DemoLogin[]>([]);
  useEffect(() => {
    fetchDemoLogins().then(setLogins, () => setLogins([]));
  }, []);
  if (logins.length === 0) return null;
  return (
    <section className="login__demo" aria-label="Demonstration logins">
      <h2>Demonstration: choose who you are</h2>
      <ul>
        {logins.map((login) => (
          <li key={login.email}>
            <button type="button" className="button button--quiet" onClick={() => onChoose(login)}>
              <span>{login.email}</span>
              {login.role && <span className="login__role">{login.role}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function LoginPage({ client, notice }: { client: ApiClient; notice: string | null }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [ticket, setTicket] = useState<string | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await client.login(email.trim(), password);
    } catch (failure) {
      if (failure instanceof ApiError && failure.ticket) setTicket(failure.ticket);
      else setError(messageFor(failure));
      setBusy(false);
    }
  };

  const byPasskey = async () => {
    setBusy(true);
    setError(null);
    try {
      await client.passkeyLogin(showPasskey);
    } catch (failure) {
      const unknown = failure instanceof ApiError && failure.status === 401;
      setError(unknown ? "This passkey is not known here." : messageFor(failure));
      setBusy(false);
    }
  };

  const passwordForm = (
    <>
      <form onSubmit={(event) => void submit(event)}>
        <label htmlFor="email">E-mail address</label>
        <input id="email" type="email" autoComplete="username" required autoFocus value={email} onChange={(event) => setEmail(event.target.value)} />
        <label htmlFor="password">Password</label>
        <input
          id="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          aria-invalid={error !== null}
          aria-describedby={error ? "login-error" : undefined}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error && (
          <p className="login__error" id="login-error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="button button--primary" disabled={busy}>
          {busy ? "Logging in…" : "Log in"}
        </button>
        {hasPasskeys() && (
          <button type="button" className="button" disabled={busy} onClick={() => void byPasskey()}>
            Use a passkey
          </button>
        )}
      </form>
      <ForgottenPassword client={client} email={email} />
      <DemoLogins
        onChoose={(login) => {
          setEmail(login.email);
          setPassword(login.password);
          setError(null);
        }}
      />
    </>
  );

  return (
    <main className="login">
      <div className="login__card">
        <div className="login__brand">
          <Logo />
          <h1>JEGHealth</h1>
        </div>
        <p className="login__tagline">Live vitals, early-warning scores and alarms of your ward.</p>
        {notice && !error && (
          <p className="login__notice" role="status">
            {notice}
          </p>
        )}
        {ticket ? <SecondStep client={client} ticket={ticket} onBack={() => setTicket(null)} /> : passwordForm}
      </div>
    </main>
  );
}
