import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import type { Job } from "../api/types";
import { summaryText, type ImportSummary } from "../lib/entry";
import { useLive } from "../live/provider";

const PATH = "/api/health-metrics/imports/";
const LOOK_MS = 1_000;

type Done = Job & { result?: ImportSummary | null };

/** A job as it goes on; asked for until it is over. */
function useJob(asked: Job | null, onOver: () => void): Done | null {
  const { client } = useLive();
  const [job, setJob] = useState<Done | null>(null);
  const id = asked?.id;
  useEffect(() => {
    setJob(null);
    if (!id) return;
    const abort = new AbortController();
    let timer = 0;
    const look = async () => {
      const found = await client.get<Done>(`/api/jobs/${id}/`, {}, abort.signal).catch(() => null);
      if (abort.signal.aborted) return;
      if (found) setJob(found);
      if (found?.finished_at) onOver();
      else timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [client, id]);
  return job ?? asked;
}

function Progress({ job, onCancel }: { job: Done; onCancel: () => void }) {
  const over = job.finished_at !== null;
  if (job.state === "succeeded" && job.result) return <p role="status">{summaryText(job.result)}</p>;
  if (over) {
    const failed = job.state === "failed";
    return (
      <p role={failed ? "alert" : "status"} className={failed ? "entry__error" : ""}>
        {failed ? `Not imported: ${job.error}.` : "Called off; what was read until then stays."}
      </p>
    );
  }
  return (
    <div className="entry__end">
      <progress aria-label="Import" max={Math.max(job.total, 1)} value={job.total > 0 ? job.done : undefined} />
      <p role="status">{job.state === "queued" ? "Waiting…" : job.note}</p>
      <button type="button" className="button button--quiet" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

/** Brings along a file of readings: CSV, or what Apple Health exports. */
export function ImportPanel({ patient, onImported }: { patient: string; onImported: () => void }) {
  const { client } = useLive();
  const [asked, setAsked] = useState<Job | null>(null);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState("");
  const job = useJob(asked, onImported);

  const send = async (file: File) => {
    setSending(true);
    setError("");
    setAsked(null);
    try {
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const form = new FormData();
      form.set("file", file);
      setAsked(await client.post<Job>(PATH, form, undefined, { patient, time_zone: zone }));
    } catch (failure) {
      setError(failure instanceof ApiError ? failure.message : "The file was not sent.");
    }
    setSending(false);
  };
  const save = async (id: string) => {
    const { blob, name } = await client.file(`${PATH}${id}/report/`, {}, "text/csv");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  return (
    <section className="entry" aria-label="Import a file">
      <h2>Import a file</h2>
      <p className="panel__empty">
        A CSV file with the columns time, metric, value and unit, or the export of Apple Health (export.zip). The same file again adds nothing.
      </p>
      <label className="entry__file">
        <span className="visually-hidden">File</span>
        <input
          type="file"
          accept=".csv,.xml,.zip,text/csv"
          disabled={sending || (job !== null && !job.finished_at)}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void send(file);
            event.target.value = "";
          }}
        />
      </label>
      {sending && <p role="status">Sending…</p>}
      {job && <Progress job={job} onCancel={() => void client.tell("POST", `/api/jobs/${job.id}/cancel/`)} />}
      {job?.finished_at && (
        <button type="button" className="button" onClick={() => void save(job.id).catch(() => setError("The report cannot be had now."))}>
          Download what became of each row
        </button>
      )}
      {error && (
        <p role="alert" className="entry__error">
          {error}
        </p>
      )}
    </section>
  );
}
