import { Link, useSearchParams } from "wouter";
import type { Appointment, User } from "../api/types";
import { CalendarPanel } from "../components/calendar-panel";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { VisitCard } from "../components/visit-card";
import { WaitingPanel } from "../components/waiting-panel";
import { useList } from "../lib/use-list";

/** A patient's appointments: what is to come, what they wait for, and what was. */
export function AppointmentsPage({ user }: { user: User }) {
  const [query] = useSearchParams();
  const wanted = query.get("id");
  const coming = useList<Appointment>("/api/appointments/", { upcoming: "true", patient: user.id, limit: "100" });
  const all = useList<Appointment>("/api/appointments/", { patient: user.id, limit: "30" });
  const again = () => [coming, all].forEach((one) => one.retry());
  if (coming.error && !coming.rows) {
    return (
      <Message title="The appointments cannot be shown" tone="error" onRetry={again}>
        <p>{coming.error.message}</p>
      </Message>
    );
  }
  const next = coming.rows ?? [];
  const shown = new Set(next.map((one) => one.id));
  // Until it is known what is to come, an appointment would stand here first and then move away with what was begun on it.
  const before = coming.rows ? (all.rows ?? []).filter((one) => !shown.has(one.id)) : [];
  return (
    <>
      <div className="toolbar">
        <h1>My appointments</h1>
        <p className="toolbar__summary">{coming.rows && <span>{next.length} to come</span>}</p>
        <Link href="/providers" className="button button--primary">
          Book one
        </Link>
      </div>
      {!coming.rows && <Loading rows={3} label="Loading the appointments" />}
      {coming.rows && next.length === 0 && <p className="panel panel__empty">No appointment is to come.</p>}
      <ul className="visits" aria-label="To come">
        {next.map((one) => (
          <VisitCard key={one.id} one={one} userId={user.id} marked={one.id === wanted} onChanged={again} />
        ))}
      </ul>
      <More list={coming} />
      <WaitingPanel onBooked={again} />
      {before.length > 0 && <h2>Before</h2>}
      <ul className="visits" aria-label="Before">
        {before.map((one) => (
          <VisitCard key={one.id} one={one} userId={user.id} marked={one.id === wanted} onChanged={again} />
        ))}
      </ul>
      <More list={all} first="Loading those before" />
      <CalendarPanel />
    </>
  );
}
