import { useId, useState } from "react";
import type { FormEvent } from "react";
import type { Alarm, Page, Person, User } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useSettled } from "../lib/use-settled";

/** A name to look for, those who may carry the alarm, and the one whom it is given to. */
function Choice({ alarm, user, give }: { alarm: Alarm; user: User; give: (id: string) => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const id = useId();
  const { data, error, loading } = useFetched<Page<Person>>(`/api/alarms/${alarm.id}/assignees/`, { text: useSettled(text), limit: "20" });
  const people = (data?.results ?? []).filter((one) => one.id !== user.id && one.id !== alarm.assignee?.id);
  const person = people.find((one) => one.id === chosen) ?? people[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person) give(person.id);
  };
  return (
    <form className="action" onSubmit={submit} aria-busy={loading}>
      <input autoFocus maxLength={100} value={text} aria-label="Name to look for" placeholder="Name" onChange={(event) => setText(event.target.value)} />
      <label htmlFor={id}>Assign to</label>
      <select id={id} value={person?.id ?? ""} disabled={people.length === 0} onChange={(event) => setChosen(event.target.value)}>
        {people.length === 0 && <option value="">{loading ? "Loading…" : "Nobody of that name may see the patient"}</option>}
        {people.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
      <button className="button" disabled={!person}>
        Assign
      </button>
      {data?.next && <span className="action__hint">There are more: type a part of the name.</span>}
      {error && (
        <span className="alarm__error" role="alert">
          {error.message}
        </span>
      )}
    </form>
  );
}

/** Gives an open alarm to somebody else; whom there is to choose from is asked for only then. */
export function AssignTo({ alarm, user, give }: { alarm: Alarm; user: User; give: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  const assign = (id: string) => {
    setOpen(false);
    give(id);
  };
  return (
    <>
      <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Assign to…
      </button>
      {open && <Choice alarm={alarm} user={user} give={assign} />}
    </>
  );
}
