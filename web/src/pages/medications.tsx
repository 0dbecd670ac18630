import { useState } from "react";
import { Link } from "wouter";
import type { AdherenceReport, CurrentWarnings, DayOfDoses, User, UserMedication } from "../api/types";
import { AdherencePanel } from "../components/adherence-panel";
import { Failure } from "../components/failure";
import { BackIcon } from "../components/icons";
import { MedicationDialog } from "../components/medication-dialog";
import { MedicationList } from "../components/medication-list";
import { Loading, Message } from "../components/message";
import { TodaysDoses } from "../components/todays-doses";
import { CURRENT, PAST } from "../lib/medications";
import { mayPrescribe } from "../lib/people";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useLiveState } from "../live/provider";

const UNKNOWN = [403, 404, 422];

/** What a person takes: the doses of today, adherence, warnings, and everything they took. */
export function MedicationsPage({ id, user }: { id: string; user: User }) {
  const root = `/api/patients/${encodeURIComponent(id)}/medications/`;
  const doses = useFetched<DayOfDoses>(`${root}doses/`, {});
  const adherence = useFetched<AdherenceReport>(`${root}adherence/`, {});
  const warnings = useFetched<CurrentWarnings>(`${root}warnings/`, {});
  const now = useList<UserMedication>(root, { status: CURRENT, limit: "100" });
  const before = useList<UserMedication>(root, { status: PAST, limit: "30" });
  const row = useLiveState((state) => state.board?.get(id));
  const [adding, setAdding] = useState(false);
  const again = () => [doses, adherence, warnings, now, before].forEach((one) => one.retry());
  const error = now.error ?? doses.error;
  if (error && !(now.rows && doses.data)) {
    const unknown = UNKNOWN.includes(error.status);
    return (
      <Message title={unknown ? "This patient is not in your care" : "The medicines cannot be shown"} tone="error" onRetry={unknown ? undefined : again}>
        <p>{unknown ? "Either the address is wrong or you may not see this person." : error.message}</p>
        <Link href="/">Go to the start page</Link>
      </Message>
    );
  }
  const own = id === user.id;
  const prescribing = !own && mayPrescribe(user);
  return (
    <>
      <div className="toolbar">
        <Link href={`/patients/${id}`} className="back" aria-label="Back to the vitals">
          <BackIcon />
        </Link>
        <h1>{own ? "My medicines" : (row?.patient.name ?? "Medicines")}</h1>
        <p className="toolbar__summary">{doses.data && <span>{`${doses.data.day}, in ${doses.data.time_zone}`}</span>}</p>
        {(own || prescribing) && (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            {prescribing ? "Prescribe" : "Add a medicine"}
          </button>
        )}
      </div>
      {adding && <MedicationDialog patient={id} prescribing={prescribing} onEntered={again} onClose={() => setAdding(false)} />}
      {doses.data && now.rows ? (
        <div className="health">
          <div className="medications__main">
            <TodaysDoses day={doses.data} patient={id} writable={own || prescribing} onChanged={again} />
            {warnings.error && <Failure error="What speaks against these medicines could not be looked up." onRetry={warnings.retry} />}
            <MedicationList title="Taken now" list={now} warnings={warnings.data?.results ?? []} writable={own || prescribing} onChanged={again} />
          </div>
          <aside className="health__side">
            <Failure error={adherence.error} onRetry={adherence.retry} />
            {adherence.data && <AdherencePanel report={adherence.data} />}
            <MedicationList title="Taken before" list={before} warnings={[]} writable={false} onChanged={again} />
          </aside>
        </div>
      ) : (
        <Loading rows={5} label="Loading the medicines" />
      )}
    </>
  );
}
