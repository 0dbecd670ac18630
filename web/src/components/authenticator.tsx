import { useState } from "react";
import type { FormEvent } from "react";
import type { Enrolment, RecoveryCodes, SecondFactors } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { RecoveryCodeList } from "./recovery-codes";

const NONE = {};

/** As a picture of its own: nothing that the API draws becomes part of this page. */
function QrCode({ svg }: { svg: string }) {
  return <img className="account__qr" src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} alt="QR code for an authenticator app" />;
}

/** Setting an authenticator app up, and taking it away. */
export function Authenticator() {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<SecondFactors>("/api/auth/second-factors/", NONE);
  const { run, busy, error } = useTask();
  const [typed, setTyped] = useState("");
  const [began, setBegan] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[]>([]);

  const begin = async () => setBegan(await client.post<Enrolment>("/api/auth/totp/", { current_password: typed }));
  const confirm = async () => {
    const answer = await client.post<RecoveryCodes>("/api/auth/totp/confirm/", { code: typed.trim() });
    setCodes(answer.recovery_codes);
    setBegan(null);
  };
  const disable = async () => {
    await client.tell("POST", "/api/auth/totp/disable/", { current_password: typed });
    setCodes([]);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const work = data?.totp ? disable : began ? confirm : begin;
    if (await run(work)) {
      setTyped("");
      retry();
    }
  };
  if (!data) return <Failure error={unread} onRetry={retry} />;
  const asksCode = began !== null && !data.totp;
  return (
    <form className="account__panel" onSubmit={(event) => void submit(event)} aria-label="Second factor">
      <h2>Authenticator app</h2>
      <p className="account__note">
        {data.totp
          ? `Set up: a code is asked for at every login. ${data.recovery_codes} recovery codes are left.`
          : `Not set up.${data.required ? " Your role needs it." : " A code beside the password keeps others out who found it."}`}
      </p>
      {asksCode && (
        <div className="account__enrol">
          <QrCode svg={began.qr_svg} />
          <p>
            Take a picture of it with the app, or type <code className="account__secret">{began.secret}</code>, then enter the code that it shows.
          </p>
        </div>
      )}
      {codes.length > 0 && <RecoveryCodeList codes={codes} />}
      <label className="account__field">
        <span>{asksCode ? "Code" : "Current password"}</span>
        <input
          type={asksCode ? "text" : "password"}
          inputMode={asksCode ? "numeric" : undefined}
          autoComplete={asksCode ? "one-time-code" : "current-password"}
          required
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Failure error={error} />
      <button type="submit" className="button" disabled={busy}>
        {data.totp ? "Remove the app" : asksCode ? "Confirm" : "Set up"}
      </button>
    </form>
  );
}
