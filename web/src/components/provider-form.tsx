import type { Hospital, Page, Provider } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useLive } from "../live/provider";
import { Fields, type Field } from "./fields";

const FIELDS: Field[] = [
  { name: "first_name", label: "First name", required: true },
  { name: "last_name", label: "Last name", required: true },
  { name: "email", label: "E-mail", kind: "email", required: true },
  { name: "phone_number", label: "Telephone", kind: "tel" },
  { name: "specialization", label: "Specialization", required: true },
  { name: "license_number", label: "Licence (NPI)", required: true },
  { name: "consultation_fee", label: "Fee", kind: "number", step: "0.01", required: true },
  { name: "years_of_experience", label: "Years of experience", kind: "number", required: true },
  { name: "slot_minutes", label: "Minutes of an appointment", kind: "number", required: true },
  { name: "time_zone", label: "Time zone", required: true },
  { name: "bio", label: "About", kind: "area" },
];
const NEW = { consultation_fee: "0", years_of_experience: "0", slot_minutes: "30", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
const LISTED = { limit: "200" };

/** Enters a provider, or changes one and where they work. */
export function ProviderForm({ provider, onSaved, onCancel }: { provider: Provider | null; onSaved: () => void; onCancel: () => void }) {
  const { client } = useLive();
  const hospitals = useFetched<Page<Hospital>>("/api/hospitals/", LISTED);
  const works = new Set(provider?.hospitals.map((one) => one.id));
  const save = async (values: Record<string, unknown>, form: FormData) => {
    const hospital_ids = form.getAll("hospital_ids").map(String);
    if (!provider) {
      await client.post("/api/providers/", { ...values, hospital_ids });
      return;
    }
    await client.tell("PATCH", `/api/providers/${provider.id}/`, values);
    const same = hospital_ids.length === works.size && hospital_ids.every((id) => works.has(id));
    if (!same) await client.tell("PUT", `/api/providers/${provider.id}/hospitals/`, { hospital_ids });
  };
  return (
    <Fields fields={FIELDS} values={provider ?? NEW} save={save} onSaved={onSaved} onCancel={onCancel}>
      <fieldset className="form__wide">
        <legend>Works at</legend>
        {hospitals.data?.results.map((one) => (
          <label key={one.id} className="form__check">
            <input type="checkbox" name="hospital_ids" value={one.id} defaultChecked={works.has(one.id)} /> {one.name}
          </label>
        ))}
      </fieldset>
    </Fields>
  );
}
