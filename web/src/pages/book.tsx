import { useState, type FormEvent } from "react";
import { Link, useSearchParams } from "wouter";
import type { Appointment, FreeSlot, Provider } from "../api/types";
import { Failure } from "../components/failure";
import { Message } from "../components/message";
import { SlotPicker } from "../components/slot-picker";
import { clockText, dayText, whenText } from "../lib/appointments";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

const WEEKS_AHEAD = 8;

/** Books with one provider: a time, what it is about; or waits for a time. */
export function BookPage() {
  const [query] = useSearchParams();
  const provider = query.get("provider") ?? "";
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const known = useFetched<Provider>(`/api/providers/${encodeURIComponent(provider)}/`, {});
  const [start, setStart] = useState(query.get("start"));
  const [hospital, setHospital] = useState(query.get("hospital"));
  const [made, setMade] = useState<Appointment | null>(null);
  const [waits, setWaits] = useState(false);
  const [tries, setTries] = useState(0);
  if (known.error && !known.data) {
    return (
      <Message title="This provider cannot be booked" tone="error">
        <p>{known.error.message}</p>
        <Link href="/providers">Look for another one</Link>
      </Message>
    );
  }
  if (made) {
    return (
      <Message title="It is booked">
        <p>
          {whenText(made)}, with {made.provider_name}. A confirmation with an invitation is on its way.
        </p>
        <Link href="/appointments">To my appointments</Link>
      </Message>
    );
  }
  const choose = (slot: FreeSlot) => {
    setStart(slot.start);
    setHospital(slot.hospital_id ?? null);
  };
  const book = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const body = {
      healthcare_provider_id: provider,
      appointment_date: start,
      hospital_id: hospital,
      appointment_type: String(fields.get("type")),
      chief_complaint: String(fields.get("chief_complaint")),
      symptoms: String(fields.get("symptoms")),
    };
    const done = await run(async () => setMade(await client.post<Appointment>("/api/appointments/", body)));
    // Whoever was faster has that time: the others are looked for anew.
    if (!done) setTries((count) => count + 1);
  };
  const wait = () =>
    run(async () => {
      const latest = new Date(Date.now() + WEEKS_AHEAD * 7 * 86_400_000).toISOString();
      const body = { healthcare_provider_id: provider, earliest: new Date().toISOString(), latest };
      await client.post("/api/appointments/waiting-list/", body);
      setWaits(true);
    });
  return (
    <>
      <div className="toolbar">
        <h1>Book with {known.data?.full_name ?? "…"}</h1>
        <p className="toolbar__summary">{known.data && <span>{known.data.specialization}</span>}</p>
      </div>
      <div className="booking">
        <section className="panel visit__part" aria-label="Time">
          <h2>Time</h2>
          <SlotPicker key={tries} provider={provider} hospital={query.get("hospital")} chosen={start} onChoose={choose} />
        </section>
        <form className="panel visit__form" aria-label="Appointment" onSubmit={(event) => void book(event)}>
          <h2 className="visit__wide">Appointment</h2>
          <p className="visit__wide" role="status">
            {start ? `${dayText(start)}, ${clockText(start)}` : "Choose a time first."}
          </p>
          <label>
            How
            <select name="type" defaultValue={start && !hospital ? "video" : "in_person"} key={hospital}>
              {(hospital || !start) && <option value="in_person">In person</option>}
              <option value="video">By video</option>
            </select>
          </label>
          <label className="visit__wide">
            What is it about?
            <input name="chief_complaint" maxLength={5000} autoComplete="off" />
          </label>
          <label className="visit__wide">
            Symptoms
            <textarea name="symptoms" rows={3} maxLength={5000} />
          </label>
          <button className="button button--primary" disabled={busy || !start}>
            Book it
          </button>
          <button type="button" className="button" disabled={busy || waits} onClick={() => void wait()}>
            {waits ? "You are on the waiting list" : "Wait for a time to come free"}
          </button>
          <Failure error={error} />
        </form>
      </div>
    </>
  );
}
