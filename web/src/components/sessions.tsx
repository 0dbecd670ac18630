import type { LoginSession, Page } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const QUERY = { limit: "50" };
const METHODS = { password: "password", totp: "password and code", recovery_code: "password and recovery code", passkey: "passkey" };

/** Where one is logged in, and how to end it. */
export function Sessions() {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<Page<LoginSession>>("/api/auth/sessions/", QUERY);
  const { run, busy, error } = useTask();
  const end = async (id: string) => {
    if (await run(() => client.tell("DELETE", `/api/auth/sessions/${id}/`))) retry();
  };
  const endAll = async () => {
    if (await run(() => client.tell("POST", "/api/auth/logout/all/"))) await client.logOut();
  };
  return (
    <section className="account__panel" aria-label="Logins">
      <h2>Where you are logged in</h2>
      <ul className="account__sessions">
        {(data?.results ?? []).map((one) => (
          <li key={one.id}>
            <div>
              <strong>{one.user_agent || "Unknown program"}</strong>
              <p className="account__note">
                {one.address} · {METHODS[one.method]} · since {new Date(one.created_at).toLocaleString()}
              </p>
            </div>
            {one.is_current ? (
              <span className="account__here">this one</span>
            ) : (
              <button type="button" className="button" disabled={busy} onClick={() => void end(one.id)}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      <Failure error={error ?? unread} />
      <button type="button" className="button" disabled={busy} onClick={() => void endAll()}>
        Log out everywhere
      </button>
    </section>
  );
}
