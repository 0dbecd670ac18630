import { useState } from "react";
import { Link } from "wouter";
import type { Provider, ProviderTime, TimeException, User } from "../api/types";
import { Dialog } from "../components/dialog";
import { ExceptionForm } from "../components/exception-form";
import { Failure } from "../components/failure";
import { BackIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { TimeForm } from "../components/time-form";
import { dayAhead } from "../lib/days";
import { keepsTimes } from "../lib/providers";
import { dateText, hoursText, repeatText } from "../lib/times";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

/** When one provider can be booked: their times, and the days on which it is otherwise. */
export function ProviderTimesPage({ id, user }: { id: string; user: User }) {
  const path = `/api/providers/${encodeURIComponent(id)}/`;
  const since = { since: dayAhead(0), limit: "30" };
  const found = useFetched<Provider>(path, {});
  const times = useList<ProviderTime>(`${path}availability/rules/`, since);
  const exceptions = useList<TimeException>(`${path}availability/exceptions/`, since);
  const provider = found.data;
  const error = found.error ?? times.error;
  if (error && !(provider && times.rows)) {
    return (
      <Message title="The times cannot be shown" tone="error" onRetry={() => [found, times].forEach((one) => one.retry())}>
        <p>{error.message}</p>
        <Link href="/providers">Find a provider</Link>
      </Message>
    );
  }
  if (!provider || !times.rows) return <Loading rows={4} label="Loading the times" />;
  const changed = () => {
    times.retry();
    exceptions.retry();
  };
  return (
    <>
      <div className="toolbar">
        <Link href={`/providers/${provider.id}`} className="back" aria-label="Back to the provider">
          <BackIcon />
        </Link>
        <h1>Times of {provider.full_name}</h1>
        <p className="toolbar__summary" />
        {keepsTimes(user, provider) && (
          <Link href={`/providers/${provider.id}/figures`} className="button">
            Figures
          </Link>
        )}
      </div>
      <div className="keeping">
        <Times provider={provider} list={{ ...times, rows: times.rows }} onChanged={changed} />
        <Exceptions provider={provider} times={times.rows} list={exceptions} onChanged={changed} />
      </div>
    </>
  );
}

type List<T> = Omit<ReturnType<typeof useList<T>>, "rows"> & { rows: T[] };

function Times({ provider, list, onChanged }: { provider: Provider; list: List<ProviderTime>; onChanged: () => void }) {
  const [edited, setEdited] = useState<ProviderTime | "new" | null>(null);
  const close = () => setEdited(null);
  const saved = () => {
    close();
    onChanged();
  };
  return (
    <section className="panel" aria-label="Times">
      <div className="panel__head">
        <h2>Times</h2>
        <button type="button" className="button button--primary" onClick={() => setEdited("new")}>
          New time
        </button>
      </div>
      {list.rows.length === 0 && <p className="panel__empty">No times: nobody can book.</p>}
      <ul className="kept">
        {list.rows.map((one) => (
          <TimeRow key={one.id} one={one} provider={provider} onEdit={() => setEdited(one)} onChanged={onChanged} />
        ))}
      </ul>
      <More list={list} />
      {edited === "new" && (
        <Dialog title="New time" onClose={close}>
          <TimeForm provider={provider} time={null} tag={null} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
      {edited && edited !== "new" && (
        <Dialog title="Change the time" onClose={close}>
          <TimeEdit provider={provider} id={edited.id} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
    </section>
  );
}

/** The form of a time as it is now, with the version by which it can be changed. */
function TimeEdit({ provider, id, onSaved, onCancel }: { provider: Provider; id: string; onSaved: () => void; onCancel: () => void }) {
  const { data, tag, error } = useFetched<ProviderTime>(`/api/providers/${provider.id}/availability/${id}/`, {});
  if (error) return <Failure error={error} />;
  if (!data) return <Loading rows={3} label="Loading the time" />;
  return <TimeForm provider={provider} time={data} tag={tag} onSaved={onSaved} onCancel={onCancel} />;
}

interface TimeRowProps {
  one: ProviderTime;
  provider: Provider;
  onEdit: () => void;
  onChanged: () => void;
}

function TimeRow({ one, provider, onEdit, onChanged }: TimeRowProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const place = one.hospital_id === null ? "By video alone" : (provider.hospitals.find(({ id }) => id === one.hospital_id)?.name ?? "A hospital that was left");
  const remove = async () => {
    if (!window.confirm("Take this time away? Appointments stand; whoever has one is told.")) return;
    const path = `/api/providers/${provider.id}/availability/${one.id}/`;
    await run(async () => client.tell("DELETE", path, undefined, await client.tagOf(path, one)));
    onChanged();
  };
  return (
    <li className="kept__row">
      <div>
        <strong>{hoursText(one.start_time, one.end_time)}</strong> {repeatText(one)}
        <p className="kept__note">
          {place} · {one.time_zone} · {one.slot_minutes ?? provider.slot_minutes} min each
        </p>
        <Failure error={error} />
      </div>
      <button type="button" className="button" onClick={onEdit}>
        Change
      </button>
      <button type="button" className="button button--quiet" disabled={busy} onClick={() => void remove()}>
        Remove
      </button>
    </li>
  );
}

interface ExceptionsProps {
  provider: Provider;
  times: readonly ProviderTime[];
  list: ReturnType<typeof useList<TimeException>>;
  onChanged: () => void;
}

function Exceptions({ provider, times, list, onChanged }: ExceptionsProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [adding, setAdding] = useState(false);
  const close = () => setAdding(false);
  const rows = list.rows ?? [];
  const remove = async (one: TimeException) => {
    if (await run(() => client.tell("DELETE", `/api/providers/${provider.id}/availability/exceptions/${one.id}/`))) onChanged();
  };
  return (
    <section className="panel" aria-label="Days off and other hours">
      <div className="panel__head">
        <h2>Days off and other hours</h2>
        <button type="button" className="button" onClick={() => setAdding(true)}>
          New one
        </button>
      </div>
      {list.rows && rows.length === 0 && <p className="panel__empty">None to come.</p>}
      <ul className="kept">
        {rows.map((one) => (
          <li key={one.id} className="kept__row">
            <div>
              <strong>
                {dateText(one.first_date)}
                {one.last_date !== one.first_date && ` to ${dateText(one.last_date)}`}
              </strong>{" "}
              {one.start_time && one.end_time ? hoursText(one.start_time, one.end_time) : "not there"}
              <p className="kept__note">{[one.availability_id ? "One of the times" : "All times", one.reason].filter(Boolean).join(" · ")}</p>
            </div>
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void remove(one)}>
              Take back
            </button>
          </li>
        ))}
      </ul>
      <Failure error={error} />
      <More list={list} first="Loading the days off" />
      {adding && (
        <Dialog title="Days off, or other hours" onClose={close}>
          <ExceptionForm
            provider={provider.id}
            times={times}
            onCancel={close}
            onSaved={() => {
              close();
              onChanged();
            }}
          />
        </Dialog>
      )}
    </section>
  );
}
