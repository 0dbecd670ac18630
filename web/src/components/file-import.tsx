import { useEffect, useState } from "react";
import type { Job } from "../api/types";
import { saveFile } from "../lib/files";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const LOOK_MS = 1_000;

type Outcome = Record<string, number>;
type Done = Job & { result?: Outcome | null };

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

function Progress({ job, told, onCancel }: { job: Done; told: (result: Outcome) => string; onCancel: () => void }) {
  if (job.state === "succeeded" && job.result) return <p role="status">{told(job.result)}</p>;
  if (job.state === "failed") return <Failure error={`Not imported: ${job.error}.`} />;
  if (job.finished_at !== null) return <p role="status">Called off; what was read until then stays.</p>;
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

interface FileImportProps {
  title: string;
  /** What a file may be. */
  about: string;
  /** Where it is sent; the reports are below. */
  path: string;
  query: Record<string, string>;
  accept: string;
  /** A sentence for what came of it. */
  told: (result: Outcome) => string;
  onImported: () => void;
}

/** Sends a file that a job reads: how far it is, what came of it, and of each row. */
export function FileImport({ title, about, path, query, accept, told, onImported }: FileImportProps) {
  const { client } = useLive();
  const [asked, setAsked] = useState<Job | null>(null);
  const { run, busy, error } = useTask();
  const job = useJob(asked, onImported);

  const send = (file: File) =>
    run(async () => {
      setAsked(null);
      const form = new FormData();
      form.set("file", file);
      setAsked(await client.post<Job>(path, form, undefined, query));
    });
  const cancel = (id: string) => run(() => client.tell("POST", `/api/jobs/${id}/cancel/`));
  const save = (id: string) =>
    run(async () => {
      const { blob, name } = await client.file(`${path}${id}/report/`, {}, "text/csv");
      saveFile(blob, name);
    });

  return (
    <section className="entry" aria-label={title}>
      <h2>{title}</h2>
      <p className="panel__empty">{about}</p>
      <label className="entry__file">
        <span className="visually-hidden">File</span>
        <input
          type="file"
          accept={accept}
          disabled={busy || (job !== null && !job.finished_at)}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void send(file);
            event.target.value = "";
          }}
        />
      </label>
      {busy && !job && <p role="status">Sending…</p>}
      {job && <Progress job={job} told={told} onCancel={() => void cancel(job.id)} />}
      {job?.finished_at && (
        <button type="button" className="button" disabled={busy} onClick={() => void save(job.id)}>
          Download what became of each row
        </button>
      )}
      <Failure error={error} />
    </section>
  );
}
