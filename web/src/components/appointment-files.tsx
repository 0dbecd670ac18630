import { useRef, useState, type FormEvent } from "react";
import type { AppointmentFile, AppointmentFiles as Files, FileLink } from "../api/types";
import { clockText } from "../lib/appointments";
import { saveFile } from "../lib/files";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { Loading } from "./message";

const TYPES = "application/pdf,image/jpeg,image/png,image/webp,image/tiff,image/heic,application/dicom,.dcm,text/plain";

/** A link that opens a document without a login, for what cannot log in: a viewer, a download manager. */
function Link({ link }: { link: FileLink }) {
  const address = new URL(link.download, window.location.origin).href;
  return (
    <div className="visit__link" role="status">
      <input aria-label="Link" readOnly value={address} onFocus={(event) => event.target.select()} />
      <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(address)}>
        Copy
      </button>
      <span className="visit__note">Opens the document for whoever has it, until {clockText(link.expires_at)} or until you log out.</span>
    </div>
  );
}

/** Documents of an appointment, for its patient and its provider. */
export function AppointmentFiles({ appointmentId, userId }: { appointmentId: string; userId: string }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = `/api/appointments/${appointmentId}/files/`;
  const listed = useFetched<Files>(path, {});
  const form = useRef<HTMLFormElement>(null);
  const [linked, setLinked] = useState<{ file: string; link: FileLink } | null>(null);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    if (await run(() => client.post(path, fields))) {
      form.current?.reset();
      listed.retry();
    }
  };
  const save = (one: AppointmentFile) =>
    run(async () => {
      const { blob } = await client.file(`${path}${one.id}/`, {}, "*/*");
      saveFile(blob, one.file_name);
    });
  const link = (one: AppointmentFile) =>
    run(async () => {
      const made = await client.post<FileLink>(`${path}${one.id}/link/`);
      setLinked({ file: one.id, link: made });
    });
  const remove = async (one: AppointmentFile) => {
    if (await run(() => client.tell("DELETE", `${path}${one.id}/`))) listed.retry();
  };
  return (
    <section className="visit__part" aria-label="Documents">
      {!listed.data && listed.loading && <Loading rows={1} label="Loading the documents" />}
      {listed.data?.results.length === 0 && <p className="visit__note">There are none yet.</p>}
      <ul className="visit__files">
        {listed.data?.results.map((one) => (
          <li key={one.id}>
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void save(one)}>
              {one.file_name}
            </button>
            <span className="visit__note">
              {Math.max(1, Math.round(one.file_size / 1024))} kB {one.description}
            </span>
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void link(one)}>
              Link<span className="visually-hidden"> to {one.file_name}</span>
            </button>
            {one.uploaded_by_id === userId && (
              <button type="button" className="button button--quiet" disabled={busy} onClick={() => void remove(one)}>
                Delete<span className="visually-hidden"> {one.file_name}</span>
              </button>
            )}
            {linked?.file === one.id && <Link link={linked.link} />}
          </li>
        ))}
      </ul>
      <form ref={form} className="visit__form" onSubmit={(event) => void send(event)}>
        <label>
          Add a document
          <input type="file" name="file" accept={TYPES} required />
        </label>
        <label>
          What it is
          <input name="description" maxLength={200} autoComplete="off" />
        </label>
        <button className="button" disabled={busy}>
          Add it
        </button>
      </form>
      <Failure error={error ?? listed.error} />
    </section>
  );
}
