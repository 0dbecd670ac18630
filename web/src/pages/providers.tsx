import { useState } from "react";
import { Link } from "wouter";
import type { FoundProvider, Hospital, User } from "../api/types";
import { Dialog } from "../components/dialog";
import { Failure } from "../components/failure";
import { HospitalForm } from "../components/hospital-form";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { ProviderForm } from "../components/provider-form";
import { dayAhead } from "../lib/days";
import { managesProviders, ratingText } from "../lib/providers";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useSettled } from "../lib/use-settled";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

const NOTHING = { search: "", specialization: "", city: "", max_fee: "", min_rating: "", free: "" };
const DAYS: Record<string, number> = { today: 0, week: 6, month: 29 };

function queryOf({ free, ...wanted }: typeof NOTHING, inactive: boolean): Record<string, string> {
  const query: Record<string, string> = { ...wanted, limit: "30", ...(inactive && { include_inactive: "true" }) };
  const days = DAYS[free];
  if (days === undefined) return query;
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { ...query, available_from: dayAhead(0), available_to: dayAhead(days), time_zone };
}

function Card({ one, user }: { one: FoundProvider; user: User }) {
  return (
    <li className="provider-card">
      <Link href={`/providers/${one.id}`} className="provider-card__name">
        {one.full_name}
        {one.user_id === user.id && " (you)"}
      </Link>
      <p className="provider-card__what">{one.specialization}</p>
      <p>{one.hospital_names || one.hospital_clinic || "No hospital"}</p>
      <p className="provider-card__facts">
        {!one.is_active && <strong>Not active</strong>}
        <span>{ratingText(one.average_rating, one.rating_count)}</span>
        <span>Fee {one.consultation_fee}</span>
        {one.next_available && <span>Free from {new Date(one.next_available).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}</span>}
      </p>
    </li>
  );
}

/** Finds a provider by name, work, place, fee, rating and free time. Admins enter new ones here. */
export function ProvidersPage({ user }: { user: User }) {
  const [wanted, setWanted] = useState(NOTHING);
  const [adding, setAdding] = useState<"provider" | "hospital" | null>(null);
  const [inactive, setInactive] = useState(false);
  const found = useList<FoundProvider>("/api/providers/", queryOf(useSettled(wanted), inactive));
  const change = (name: keyof typeof NOTHING) => (event: { target: { value: string } }) => setWanted({ ...wanted, [name]: event.target.value });
  const close = () => setAdding(null);
  const saved = () => {
    close();
    found.retry();
  };
  return (
    <>
      <div className="toolbar">
        <h1>Find a provider</h1>
        <p className="toolbar__summary" />
        {managesProviders(user) && (
          <>
            <button type="button" className="button" onClick={() => setAdding("provider")}>
              New provider
            </button>
            <button type="button" className="button button--quiet" onClick={() => setAdding("hospital")}>
              New hospital
            </button>
          </>
        )}
      </div>
      {adding === "provider" && (
        <Dialog title="New provider" onClose={close}>
          <ProviderForm provider={null} tag={null} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
      {adding === "hospital" && (
        <Dialog title="New hospital" onClose={close}>
          <HospitalForm hospital={null} tag={null} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
      <form className="provider-filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          Name or words
          <input type="search" value={wanted.search} maxLength={100} onChange={change("search")} />
        </label>
        <label>
          Specialization
          <input type="search" value={wanted.specialization} maxLength={100} onChange={change("specialization")} />
        </label>
        <label>
          City
          <input type="search" value={wanted.city} maxLength={100} onChange={change("city")} />
        </label>
        <label>
          Fee at most
          <input type="number" min="0" step="1" value={wanted.max_fee} onChange={change("max_fee")} />
        </label>
        <label>
          Rating
          <select value={wanted.min_rating} onChange={change("min_rating")}>
            <option value="">Any</option>
            <option value="3">3 and more</option>
            <option value="4">4 and more</option>
          </select>
        </label>
        <label>
          Free
          <select value={wanted.free} onChange={change("free")}>
            <option value="">Any time</option>
            <option value="today">Today</option>
            <option value="week">Within a week</option>
            <option value="month">Within 30 days</option>
          </select>
        </label>
        {managesProviders(user) && (
          <label className="provider-filters__check">
            <input type="checkbox" checked={inactive} onChange={(event) => setInactive(event.target.checked)} /> Inactive ones, too
          </label>
        )}
      </form>
      {found.error && !found.rows && (
        <Message title="The providers cannot be shown" tone="error" onRetry={found.retry}>
          <p>{found.error.message}</p>
        </Message>
      )}
      {found.rows ? (
        <ul className="provider-list" aria-label="Providers found" aria-busy={found.loading}>
          {found.rows.map((one) => (
            <Card key={one.id} one={one} user={user} />
          ))}
        </ul>
      ) : (
        !found.error && <Loading rows={4} label="Looking for providers" />
      )}
      {found.rows?.length === 0 && found.next === null && <p className="panel__empty">Nobody fits. Ask for less.</p>}
      <More list={found} />
      {managesProviders(user) && <Hospitals />}
    </>
  );
}

function Hospitals() {
  const listed = useList<Hospital>("/api/hospitals/", { limit: "30", include_inactive: "true" });
  const [edited, setEdited] = useState<Hospital | null>(null);
  const close = () => setEdited(null);
  return (
    <section className="panel hospitals" aria-label="Hospitals">
      <h2>Hospitals</h2>
      <ul className="provider-list">
        {listed.rows?.map((one) => (
          <HospitalCard key={one.id} one={one} onEdit={() => setEdited(one)} onChanged={listed.retry} />
        ))}
      </ul>
      {listed.rows?.length === 0 && <p className="panel__empty">No hospital is entered yet.</p>}
      <More list={listed} first="Loading the hospitals" />
      {edited && (
        <Dialog title={edited.name} onClose={close}>
          <HospitalEdit
            id={edited.id}
            onCancel={close}
            onSaved={() => {
              close();
              listed.retry();
            }}
          />
        </Dialog>
      )}
    </section>
  );
}

/** The form of a hospital as it is now, with the version by which it can be changed. */
function HospitalEdit({ id, onSaved, onCancel }: { id: string; onSaved: () => void; onCancel: () => void }) {
  const { data, tag, error } = useFetched<Hospital>(`/api/hospitals/${id}/`, {});
  if (error) return <Failure error={error} />;
  if (!data) return <Loading rows={3} label="Loading the hospital" />;
  return <HospitalForm hospital={data} tag={tag} onSaved={onSaved} onCancel={onCancel} />;
}

function HospitalCard({ one, onEdit, onChanged }: { one: Hospital; onEdit: () => void; onChanged: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const activate = async () => {
    if (one.is_active && !window.confirm(`Take ${one.name} out of what patients find?`)) return;
    const path = `/api/hospitals/${one.id}/`;
    await run(async () => client.tell("PATCH", path, { is_active: !one.is_active }, await client.tagOf(path, one)));
    onChanged();
  };
  return (
    <li className="provider-card" aria-label={one.name}>
      <span className="provider-card__name">{one.name}</span>
      <p>{one.full_address || "No address"}</p>
      {!one.is_active && <p className="provider-card__facts">Not active</p>}
      <p className="provider-card__actions">
        <button type="button" className="button" onClick={onEdit}>
          Change
        </button>
        <Link href={`/hospitals/${one.id}/system`} className="button">
          Own system
        </Link>
        <button type="button" className="button" disabled={busy} onClick={() => void activate()}>
          {one.is_active ? "Deactivate" : "Activate"}
        </button>
      </p>
      <Failure error={error} />
    </li>
  );
}
