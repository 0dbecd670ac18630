import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Provider, User } from "../api/types";
import { Dialog } from "../components/dialog";
import { Failure } from "../components/failure";
import { BackIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { ProviderForm } from "../components/provider-form";
import { SlotPicker } from "../components/slot-picker";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { bookingPath, keepsTimes, managesProviders, ratingText } from "../lib/providers";
import { useFetched } from "../lib/use-fetched";

/** One provider: who they are, where they work, and times that can be booked. */
export function ProviderPage({ id, user }: { id: string; user: User }) {
  const found = useFetched<Provider>(`/api/providers/${encodeURIComponent(id)}/`, {});
  const [editing, setEditing] = useState(false);
  const [, go] = useLocation();
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const one = found.data;
  if (!one) {
    if (!found.error) return <Loading rows={4} label="Loading the provider" />;
    return (
      <Message title="There is no such provider" tone="error" onRetry={found.error.status === 404 ? undefined : found.retry}>
        <p>{found.error.message}</p>
        <Link href="/providers">Find a provider</Link>
      </Message>
    );
  }
  const close = () => setEditing(false);
  const activate = async (is_active: boolean) => {
    const question = `Take ${one.full_name} out of what patients find? Appointments stand.`;
    if (!is_active && !window.confirm(question)) return;
    const path = `/api/providers/${one.id}/`;
    await run(() => (is_active ? client.tell("PATCH", path, { is_active }, found.tag) : client.tell("DELETE", path, undefined, found.tag)));
    found.retry();
  };
  return (
    <>
      <div className="toolbar">
        <Link href="/providers" className="back" aria-label="Back to all providers">
          <BackIcon />
        </Link>
        <h1>{one.full_name}</h1>
        <p className="toolbar__summary">
          <span>{one.specialization}</span>
          <span>{ratingText(one.average_rating, one.rating_count)}</span>
        </p>
        {keepsTimes(user, one) && (
          <>
            <Link href={`/providers/${one.id}/times`} className="button">
              Times
            </Link>
            <Link href={`/providers/${one.id}/figures`} className="button">
              Figures
            </Link>
          </>
        )}
        {managesProviders(user) && (
          <>
            <button type="button" className="button" onClick={() => setEditing(true)}>
              Change
            </button>
            <button type="button" className="button" disabled={busy} onClick={() => void activate(!one.is_active)}>
              {one.is_active ? "Deactivate" : "Activate"}
            </button>
          </>
        )}
      </div>
      <Failure error={error} />
      {!one.is_active && <p className="bar bar--warning inactive">Not active: patients do not find this provider, and nobody can book.</p>}
      {editing && (
        <Dialog title={one.full_name} onClose={close}>
          <ProviderForm
            provider={one}
            tag={found.tag}
            onCancel={close}
            onSaved={() => {
              close();
              found.retry();
            }}
          />
        </Dialog>
      )}
      <div className="provider">
        <section className="panel" aria-label="Free times">
          <h2>Free times</h2>
          <SlotPicker provider={one.id} onChoose={(slot) => go(bookingPath(one.id, slot))} />
        </section>
        <aside className="panel" aria-label="About">
          <h2>About</h2>
          {one.bio && <p>{one.bio}</p>}
          <dl className="provider-facts">
            <dt>Works at</dt>
            <dd>{one.hospitals.map((place) => (place.city ? `${place.name}, ${place.city}` : place.name)).join("; ") || one.hospital_clinic || "—"}</dd>
            <dt>Experience</dt>
            <dd>{one.years_of_experience} years</dd>
            <dt>Fee</dt>
            <dd>{one.consultation_fee}</dd>
            <dt>Paid</dt>
            <dd>{one.requires_prepayment ? "beforehand" : "then or later"}</dd>
            <dt>Book until</dt>
            <dd>{one.lead_minutes} minutes before</dd>
            <dt>Cancel until</dt>
            <dd>{one.cancellation_hours} hours before</dd>
            <dt>Licence</dt>
            <dd>
              {one.license_number} {one.licence_state === "valid" && "✓ checked"}
            </dd>
          </dl>
        </aside>
      </div>
    </>
  );
}
