import { useState } from "react";
import type { FormEvent } from "react";
import type { Profile } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

/** The e-mail address: whether it is verified, and another one. */
function EmailAddress({ profile }: { profile: Profile }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [wanted, setWanted] = useState("");
  const [password, setPassword] = useState("");
  const [said, setSaid] = useState("");
  const again = async () => {
    if (await run(() => client.tell("POST", "/api/auth/email/verify/send/"))) setSaid("A link is on its way to this address.");
  };
  const change = async (event: FormEvent) => {
    event.preventDefault();
    const body = { email: wanted, current_password: password };
    if (!(await run(() => client.tell("POST", "/api/auth/email/change/", body)))) return;
    setSaid(`A link is on its way to ${wanted}. Your address changes when you follow it.`);
    setWanted("");
    setPassword("");
  };
  return (
    <form className="account__panel" onSubmit={(event) => void change(event)} aria-label="E-mail address">
      <h2>E-mail address</h2>
      <p className="account__note">
        <strong>{profile.email}</strong> · {profile.is_email_verified ? "verified" : "not verified: alarms are not mailed there"}
      </p>
      {!profile.is_email_verified && (
        <button type="button" className="button" disabled={busy} onClick={() => void again()}>
          Send the link again
        </button>
      )}
      <div className="account__fields">
        <label className="account__field">
          <span>Another address</span>
          <input type="email" autoComplete="email" required value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </label>
        <label className="account__field">
          <span>Current password</span>
          <input type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
        </label>
      </div>
      <Failure error={error} />
      {said && <p role="status">{said}</p>}
      <button type="submit" className="button" disabled={busy}>
        Change the address
      </button>
    </form>
  );
}

/** The telephone: a code is sent there and typed here. */
function Telephone({ profile, onVerified }: { profile: Profile; onVerified: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [code, setCode] = useState("");
  const [sent, setSent] = useState(false);
  const send = async () => {
    if (await run(() => client.tell("POST", "/api/auth/phone/verify/send/"))) setSent(true);
  };
  const verify = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => client.tell("POST", "/api/auth/phone/verify/", { code: code.trim() }))) onVerified();
  };
  const state = profile.is_phone_verified ? "verified" : "not verified: no text messages are sent there";
  return (
    <form className="account__panel" onSubmit={(event) => void verify(event)} aria-label="Telephone">
      <h2>Telephone</h2>
      <p className="account__note">
        {profile.phone_number ? (
          <>
            <strong>{profile.phone_number}</strong> · {state}
          </>
        ) : (
          "None; enter one in the profile."
        )}
      </p>
      {profile.phone_number && !profile.is_phone_verified && (
        <>
          <button type="button" className="button" disabled={busy} onClick={() => void send()}>
            {sent ? "Send another code" : "Send a code"}
          </button>
          {sent && (
            <>
              <label className="account__field">
                <span>Code</span>
                <input inputMode="numeric" autoComplete="one-time-code" required value={code} onChange={(event) => setCode(event.target.value)} />
              </label>
              <button type="submit" className="button button--primary" disabled={busy}>
                Verify
              </button>
            </>
          )}
        </>
      )}
      <Failure error={error} />
    </form>
  );
}

/** Where one is reached: only what was verified gets anything but verification. */
export function Addresses({ profile, onVerified }: { profile: Profile; onVerified: () => void }) {
  return (
    <>
      <EmailAddress profile={profile} />
      <Telephone profile={profile} onVerified={onVerified} />
    </>
  );
}
