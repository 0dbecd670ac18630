import { useRef, type FormEvent } from "react";
import type { AppointmentFile, AppointmentFiles as Files } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

const TYPES = "application/pdf,image/jpeg,image/png,image/webp,image/tiff,image/heic,application/dicom,.dcm,text/plain";

/** Documents of an appointment, for its patient and its provider. */
export function AppointmentFiles({ appointmentId, userId }: { appointmentId: string; userId: string }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = `/api/appointments/${appointmentId}/files/`;
  const listed = useFetched<Files>(path, {});
  const form = useRef<HTMLFormElement>(null);
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
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = one.file_name;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  const remove = async (one: AppointmentFile) => {
    if (await run(() => client.tell("DELETE", `${path}${one.id}/`))) listed.retry();
  };
  return (
    <section className="visit__part" aria-label="Documents">
      <ul className="visit__files">
        {listed.data?.results.map((one) => (
          <li key={one.id}>
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void save(one)}>
              {one.file_name}
            </button>
            <span className="visit__note">
              {Math.max(1, Math.round(one.file_size / 1024))} kB {one.description}
            </span>
            {one.uploaded_by_id === userId && (
              <button type="button" className="button button--quiet" disabled={busy} onClick={() => void remove(one)}>
                Delete<span className="visually-hidden"> {one.file_name}</span>
              </button>
            )}
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
      {(error ?? listed.error) && (
        <p className="account__error" role="alert">
          {error ?? listed.error?.message}
        </p>
      )}
    </section>
  );
}
