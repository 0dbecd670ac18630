import { Link } from "wouter";
import type { Appointment, Page, User } from "../api/types";
import { Loading, Message } from "../components/message";
import { VisitCard } from "../components/visit-card";
import { WaitingPanel } from "../components/waiting-panel";
import { useFetched } from "../lib/use-fetched";

/** A patient's appointments: what is to come, what they wait for, and what was. */
export function AppointmentsPage({ user }: { user: User }) {
  const coming = useFetched<Page<Appointment>>("/api/appointments/", { upcoming: "true", patient: user.id, limit: "100" });
  const all = useFetched<Page<Appointment>>("/api/appointments/", { patient: user.id, limit: "100" });
  const again = () => [coming, all].forEach((one) => one.retry());
  if (coming.error && !coming.data) {
    return (
      <Message title="The appointments cannot be shown" tone="error" onRetry={again}>
        <p>{coming.error.message}</p>
      </Message>
    );
  }
  const next = coming.data?.results ?? [];
  const shown = new Set(next.map((one) => one.id));
  const before = (all.data?.results ?? []).filter((one) => !shown.has(one.id));
  return (
    <>
      <div className="toolbar">
        <h1>My appointments</h1>
        <p className="toolbar__summary">{coming.data && <span>{next.length} to come</span>}</p>
        <Link href="/providers" className="button button--primary">
          Book one
        </Link>
      </div>
      {!coming.data && <Loading rows={3} label="Loading the appointments" />}
      {coming.data && next.length === 0 && <p className="panel panel__empty">No appointment is to come.</p>}
      <ul className="visits" aria-label="To come">
        {next.map((one) => (
          <VisitCard key={one.id} one={one} userId={user.id} onChanged={again} />
        ))}
      </ul>
      <WaitingPanel onBooked={again} />
      {before.length > 0 && <h2>Before</h2>}
      <ul className="visits" aria-label="Before">
        {before.map((one) => (
          <VisitCard key={one.id} one={one} userId={user.id} onChanged={again} />
        ))}
      </ul>
    </>
  );
}
