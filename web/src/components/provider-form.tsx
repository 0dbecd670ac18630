import { useRef } from "react";
import type { Provider, Workplaces } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useLive } from "../live/provider";
import { AccountSearch } from "./account-search";
import { Fields, type Field } from "./fields";
import { PlacesFields, placesOf, samePlaces } from "./places";

const FIELDS: Field[] = [
  { name: "first_name", label: "First name", required: true },
  { name: "last_name", label: "Last name", required: true },
  { name: "email", label: "E-mail", kind: "email", required: true },
  { name: "phone_number", label: "Telephone", kind: "tel" },
  { name: "specialization", label: "Specialization", required: true },
  { name: "license_number", label: "Licence (NPI)", required: true },
  { name: "years_of_experience", label: "Years of experience", kind: "number", min: 0, max: 80, required: true },
  { name: "language", label: "Language of letters", options: [["en", "English"], ["fr", "French"]] },
  { name: "consultation_fee", label: "Fee", kind: "number", step: "0.01", min: 0, required: true },
  { name: "requires_prepayment", label: "Is paid beforehand", kind: "check" },
  { name: "slot_minutes", label: "Minutes of an appointment", kind: "number", min: 5, max: 480, required: true },
  { name: "buffer_minutes", label: "Minutes kept free between two", kind: "number", min: 0, max: 240, required: true },
  { name: "lead_minutes", label: "Booked at last, minutes before", kind: "number", min: 0, max: 43_200, required: true },
  { name: "booking_days", label: "Booked ahead, days", kind: "number", min: 1, max: 366, required: true },
  { name: "cancellation_hours", label: "Cancelled at last, hours before", kind: "number", min: 0, max: 720, required: true },
  { name: "time_zone", label: "Time zone", required: true },
  { name: "hospital_clinic", label: "Practice of one's own" },
  { name: "address", label: "Address", kind: "area" },
  { name: "bio", label: "About", kind: "area" },
];
const NEW = {
  consultation_fee: "0",
  years_of_experience: "0",
  slot_minutes: "30",
  buffer_minutes: "0",
  lead_minutes: "60",
  booking_days: "90",
  cancellation_hours: "24",
  language: "en",
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

const accountOf = (form: FormData): string | null => String(form.get("user_id") ?? "") || null;

interface ProviderFormProps {
  provider: Provider | null;
  /** ETag at which the provider was seen. */
  tag: string | null;
  onSaved: () => void;
  onCancel: () => void;
}

/** Enters a provider. */
function NewProviderForm({ onSaved, onCancel }: Pick<ProviderFormProps, "onSaved" | "onCancel">) {
  const { client } = useLive();
  const save = async (values: Record<string, unknown>, form: FormData) => {
    await client.post("/api/providers/", { ...values, user_id: accountOf(form), ...placesOf(form) });
  };
  return (
    <Fields fields={FIELDS} values={NEW} save={save} onSaved={onSaved} onCancel={onCancel}>
      <AccountSearch name="user_id" label="Account" value={null} />
      <PlacesFields provider={null} />
    </Fields>
  );
}

/** Changes a provider and where they work: each at the version that was seen. */
function ChangeProviderForm({ provider, tag, onSaved, onCancel }: ProviderFormProps & { provider: Provider }) {
  const { client } = useLive();
  const path = `/api/providers/${provider.id}/`;
  const placed = useFetched<Workplaces>(`${path}hospitals/`, {});
  const seen = useRef(tag);
  const save = async (values: Record<string, unknown>, form: FormData) => {
    // Should the places be refused, the person alone is at a new version.
    const body = { ...values, user_id: accountOf(form) };
    seen.current = (await client.edit<Provider>("PATCH", path, body, seen.current)).tag;
    const places = placesOf(form);
    if (!samePlaces(provider, places)) await client.tell("PUT", `${path}hospitals/`, places, placed.tag);
  };
  return (
    <Fields fields={FIELDS} values={provider} save={save} onSaved={onSaved} onCancel={onCancel}>
      <AccountSearch name="user_id" label="Account" value={provider.user_id} />
      <PlacesFields provider={provider} />
    </Fields>
  );
}

/** Enters a provider, or changes one and where they work. */
export function ProviderForm({ provider, ...rest }: ProviderFormProps) {
  return provider ? <ChangeProviderForm provider={provider} {...rest} /> : <NewProviderForm {...rest} />;
}
