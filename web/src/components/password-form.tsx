import { useState } from "react";
import type { FormEvent } from "react";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

/** Another password; every other login ends with it. */
export function PasswordForm() {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [done, setDone] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body = { current_password: current, new_password: wanted };
    if (!(await run(() => client.tell("POST", "/api/auth/password/change/", body)))) return;
    setCurrent("");
    setWanted("");
    setDone(true);
  };
  return (
    <form className="account__panel" onSubmit={(event) => void save(event)} aria-label="Password">
      <h2>Password</h2>
      <div className="account__fields">
        <label className="account__field">
          <span>Current password</span>
          <input type="password" autoComplete="current-password" required value={current} onChange={(event) => setCurrent(event.target.value)} />
        </label>
        <label className="account__field">
          <span>New password, ten characters or more</span>
          <input type="password" autoComplete="new-password" required minLength={10} value={wanted} onChange={(event) => setWanted(event.target.value)} />
        </label>
      </div>
      <Failure error={error} />
      {done && <p role="status">Your password is changed, and every other login has ended.</p>}
      <button type="submit" className="button button--primary" disabled={busy}>
        Change password
      </button>
    </form>
  );
}
