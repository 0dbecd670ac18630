import { useEffect, useState } from "react";
import type { FormEvent } from "react";
import type { DataExport, Erasure, Page } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const NEWEST = { limit: "5" };
const LOOK_MS = 1_500;
const UNITS = ["bytes", "kB", "MB", "GB"];

function size(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1000 ** step).toFixed(step > 0 ? 1 : 0)} ${UNITS[step]}`;
}

function day(time: string): string {
  return new Date(time).toLocaleDateString();
}

function ExportRow({ one }: { one: DataExport }) {
  if (one.download) {
    return (
      <li>
        <div>
          <strong>{day(one.created_at)}</strong>
          <p className="account__note">
            {size(one.size_bytes ?? 0)} · there until {day(one.expires_at)}
          </p>
        </div>
        <a className="button" href={one.download} download>
          Download
        </a>
      </li>
    );
  }
  const over = one.state === "failed" || one.state === "cancelled" || one.finished_at !== null;
  return (
    <li>
      <div>
        <strong>{day(one.created_at)}</strong>
        <p className="account__note" role={one.state === "failed" ? "alert" : "status"}>
          {one.state === "failed" ? `Not made: ${one.error ?? "ask again"}.` : over ? "Gone." : "Being made…"}
        </p>
      </div>
      {!over && <progress aria-label="Export" max={Math.max(one.total, 1)} value={one.total > 0 ? one.done : undefined} />}
    </li>
  );
}

/** Everything of oneself as one file: asked for, waited for, fetched. */
export function ExportPanel() {
  const { client } = useLive();
  const { data, error: unread, retry } = useFetched<Page<DataExport>>("/api/auth/export/", NEWEST);
  const { run, busy, error } = useTask();
  const rows = data?.results ?? [];
  const waits = rows.some((one) => one.state === "queued" || one.state === "running");
  useEffect(() => {
    if (!waits) return;
    const timer = window.setTimeout(retry, LOOK_MS);
    return () => window.clearTimeout(timer);
  }, [waits, data, retry]);
  const ask = async () => {
    if (await run(() => client.post<DataExport>("/api/auth/export/"))) retry();
  };
  return (
    <section className="account__panel" aria-label="My data">
      <h2>My data</h2>
      <p className="account__note">
        Everything that is known of you in one ZIP: readings, alarms, appointments, medicines and who saw them, as tables (CSV) and for other health
        software (FHIR).
      </p>
      <ul className="account__sessions">
        {rows.map((one) => (
          <ExportRow key={one.id} one={one} />
        ))}
      </ul>
      <Failure error={error ?? unread} />
      <button type="button" className="button" disabled={busy || waits} onClick={() => void ask()}>
        Export my data
      </button>
    </section>
  );
}

/** The end of an account: confirmed by the password, and by saying so. */
export function ErasePanel() {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [password, setPassword] = useState("");
  const [sure, setSure] = useState(false);
  const erase = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const { status } = await client.post<Erasure>("/api/auth/erasure/", { current_password: password });
      const link = new URL(status, window.location.origin).href;
      // Nobody is logged in any more: the log-in page says it.
      client.end(`Your account is being erased. Keep this link: it tells how far it is, and at its end it is the proof. ${link}`);
    });
  };
  return (
    <form className="account__panel" onSubmit={erase} aria-label="Erase my account">
      <h2>Erase my account</h2>
      <p className="account__note">
        Your readings, alarms, documents and everything else of you are deleted for good, and a proof of it is made. It cannot be undone or stopped.
        Export your data before, if you want to keep it.
      </p>
      <label className="account__field">
        <span>Current password</span>
        <input type="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
      </label>
      <label className="account__field account__field--check">
        <span>I want everything of me to be deleted</span>
        <input type="checkbox" required checked={sure} onChange={(event) => setSure(event.target.checked)} />
      </label>
      <Failure error={error} />
      <button type="submit" className="button button--danger" disabled={busy || !sure}>
        Erase my account
      </button>
    </form>
  );
}
