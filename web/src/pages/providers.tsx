import { useState } from "react";
import { Link } from "wouter";
import type { FoundProvider, Hospital, Page, User } from "../api/types";
import { Dialog } from "../components/dialog";
import { HospitalForm } from "../components/hospital-form";
import { Loading, Message } from "../components/message";
import { ProviderForm } from "../components/provider-form";
import { dayAfter, managesProviders, ratingText } from "../lib/providers";
import { useFetched } from "../lib/use-fetched";

const NOTHING = { search: "", specialization: "", city: "", max_fee: "", min_rating: "", free: "" };
const DAYS: Record<string, number> = { today: 0, week: 6, month: 29 };

function queryOf({ free, ...wanted }: typeof NOTHING): Record<string, string> {
  const query: Record<string, string> = { ...wanted, limit: "50" };
  const days = DAYS[free];
  if (days === undefined) return query;
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { ...query, available_from: dayAfter(0), available_to: dayAfter(days), time_zone };
}

function Card({ one }: { one: FoundProvider }) {
  return (
    <li className="provider-card">
      <Link href={`/providers/${one.id}`} className="provider-card__name">
        {one.full_name}
      </Link>
      <p className="provider-card__what">{one.specialization}</p>
      <p>{one.hospital_names || one.hospital_clinic || "No hospital"}</p>
      <p className="provider-card__facts">
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
  const found = useFetched<Page<FoundProvider>>("/api/providers/", queryOf(wanted));
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
          <ProviderForm provider={null} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
      {adding === "hospital" && (
        <Dialog title="New hospital" onClose={close}>
          <HospitalForm hospital={null} onSaved={saved} onCancel={close} />
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
      </form>
      {found.error && !found.data && (
        <Message title="The providers cannot be shown" tone="error" onRetry={found.retry}>
          <p>{found.error.message}</p>
        </Message>
      )}
      {found.data ? (
        <ul className="provider-list" aria-label="Providers found" aria-busy={found.loading}>
          {found.data.results.map((one) => (
            <Card key={one.id} one={one} />
          ))}
        </ul>
      ) : (
        !found.error && <Loading rows={4} label="Looking for providers" />
      )}
      {found.data?.results.length === 0 && <p className="panel__empty">Nobody fits. Ask for less.</p>}
      {found.data?.next && <p className="panel__empty">There are more: say more of whom you look for.</p>}
      {managesProviders(user) && <Hospitals />}
    </>
  );
}

function Hospitals() {
  const listed = useFetched<Page<Hospital>>("/api/hospitals/", { limit: "200" });
  const [edited, setEdited] = useState<Hospital | null>(null);
  const close = () => setEdited(null);
  return (
    <section className="panel" aria-label="Hospitals">
      <h2>Hospitals</h2>
      <ul className="provider-list">
        {listed.data?.results.map((one) => (
          <li key={one.id} className="provider-card">
            <span className="provider-card__name">{one.name}</span>
            <p>{one.full_address || "No address"}</p>
            <button type="button" className="button button--quiet" onClick={() => setEdited(one)}>
              Change
            </button>
          </li>
        ))}
      </ul>
      {edited && (
        <Dialog title={edited.name} onClose={close}>
          <HospitalForm
            hospital={edited}
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
