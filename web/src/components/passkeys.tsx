import { useState } from "react";
import type { FormEvent } from "react";
import type { NewPasskey, Passkey, PasskeyOptions } from "../api/types";
import { hasPasskeys, makePasskey } from "../lib/passkeys";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { RecoveryCodeList } from "./recovery-codes";

const NONE = {};

function Row({ one, disabled, onRemove }: { one: Passkey; disabled: boolean; onRemove: () => void }) {
  const used = one.last_used_at ? `last used ${new Date(one.last_used_at).toLocaleDateString()}` : "never used";
  return (
    <li>
      <div>
        <strong>{one.name}</strong>
        <p className="account__note">
          since {new Date(one.created_at).toLocaleDateString()} · {used}
        </p>
      </div>
      <button type="button" className="button" disabled={disabled} onClick={onRemove}>
        Remove
      </button>
    </li>
  );
}

/** Passkeys: what logs one in without a password. */
export function PasskeyPanel() {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<{ results: Passkey[] }>("/api/auth/passkeys/", NONE);
  const { run, busy, error } = useTask();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [codes, setCodes] = useState<string[]>([]);
  const make = async () => {
    const options = await client.post<PasskeyOptions>("/api/auth/passkeys/options/", { current_password: password });
    const answer = await makePasskey(options);
    const added = await client.post<NewPasskey>("/api/auth/passkeys/", { ...answer, name });
    setCodes(added.recovery_codes);
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await run(make))) return;
    setName("");
    setPassword("");
    retry();
  };
  const remove = async (id: string) => {
    if (!(await run(() => client.tell("DELETE", `/api/auth/passkeys/${id}/`, { current_password: password })))) return;
    setPassword("");
    retry();
  };
  const rows = data?.results ?? [];
  return (
    <form className="account__panel" onSubmit={(event) => void add(event)} aria-label="Passkeys">
      <h2>Passkeys</h2>
      <p className="account__note">A passkey of this device or of a security key logs you in without a password, and counts as both factors.</p>
      {data?.results.length === 0 && <p className="account__note">There is none yet.</p>}
      <ul className="account__sessions">
        {rows.map((one) => (
          <Row key={one.id} one={one} disabled={busy || password === ""} onRemove={() => void remove(one.id)} />
        ))}
      </ul>
      {codes.length > 0 && <RecoveryCodeList codes={codes} />}
      {(hasPasskeys() || rows.length > 0) && (
        <div className="account__fields">
          {hasPasskeys() && (
            <label className="account__field">
              <span>Name, such as the device</span>
              <input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
            </label>
          )}
          <label className="account__field">
            <span>Current password, to add one or to remove one</span>
            <input type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
          </label>
        </div>
      )}
      {hasPasskeys() ? (
        <button type="submit" className="button" disabled={busy}>
          Add a passkey
        </button>
      ) : (
        <p className="account__note">This browser cannot make passkeys.</p>
      )}
      <Failure error={error ?? unread} />
    </form>
  );
}
