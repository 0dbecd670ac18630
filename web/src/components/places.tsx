import { useState } from "react";
import type { Hospital, Provider } from "../api/types";
import { useList } from "../lib/use-list";
import { More } from "./more";

const LISTED = { limit: "200" };

export interface Places {
  hospital_ids: string[];
  primary: string | null;
}

/** Where a form says that a provider works, and which of it is the primary place. */
export function placesOf(form: FormData): Places {
  return { hospital_ids: form.getAll("hospital_ids").map(String), primary: String(form.get("primary") ?? "") || null };
}

/** Whether a form says of the places what is so already. */
export function samePlaces(provider: Pick<Provider, "hospitals" | "primary_hospital">, said: Places): boolean {
  const works = new Set(provider.hospitals.map((one) => one.id));
  const same = said.hospital_ids.length === works.size && said.hospital_ids.every((id) => works.has(id));
  return same && said.primary === (provider.primary_hospital?.id ?? null);
}

/** Hospitals where a provider works; with several, which one is the primary. */
export function PlacesFields({ provider }: { provider: Provider | null }) {
  const hospitals = useList<Hospital>("/api/hospitals/", LISTED);
  const [works, setWorks] = useState<string[]>(provider?.hospitals.map((one) => one.id) ?? []);
  const [primary, setPrimary] = useState(provider?.primary_hospital?.id ?? "");
  const listed = hospitals.rows ?? [];
  // One that was closed meanwhile is not in the list; the provider stays there all the same.
  const others = (provider?.hospitals ?? []).filter((one) => !listed.some(({ id }) => id === one.id));
  const shown = [...others, ...listed];
  const chosen = works.includes(primary) ? primary : (works[0] ?? "");
  const turn = (id: string, on: boolean) => setWorks(on ? [...works, id] : works.filter((one) => one !== id));
  return (
    <>
      <fieldset className="form__wide">
        <legend>Works at</legend>
        {shown.map((one) => (
          <label key={one.id} className="form__check">
            <input type="checkbox" name="hospital_ids" value={one.id} checked={works.includes(one.id)} onChange={(event) => turn(one.id, event.target.checked)} /> {one.name}
          </label>
        ))}
        {hospitals.rows && shown.length === 0 && <p className="panel__empty">No hospital is entered yet.</p>}
        <More list={hospitals} first="Loading the hospitals" />
      </fieldset>
      {works.length > 0 && (
        <label className="form__wide">
          Primary hospital
          <select name="primary" value={chosen} onChange={(event) => setPrimary(event.target.value)}>
            {shown
              .filter((one) => works.includes(one.id))
              .map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
          </select>
        </label>
      )}
    </>
  );
}
