import type { Hospital } from "../api/types";
import { useLive } from "../live/provider";
import { Fields, type Field } from "./fields";

const FIELDS: Field[] = [
  { name: "name", label: "Name", required: true },
  { name: "hospital_type", label: "Kind" },
  { name: "address", label: "Address" },
  { name: "city", label: "City" },
  { name: "region", label: "Region" },
  { name: "country", label: "Country" },
  { name: "phone_number", label: "Telephone", kind: "tel" },
  { name: "email", label: "E-mail", kind: "email" },
  { name: "website", label: "Web site", kind: "url" },
  { name: "time_zone", label: "Time zone", required: true },
  { name: "established_year", label: "Established", kind: "number" },
  { name: "bed_capacity", label: "Beds", kind: "number" },
  { name: "description", label: "About", kind: "area" },
  { name: "specialties", label: "Specialties, with commas", kind: "area" },
  { name: "facilities", label: "Facilities, with commas", kind: "area" },
  { name: "emergency_services", label: "Emergency services", kind: "check" },
  { name: "appointment_booking_available", label: "Appointments can be booked", kind: "check" },
];
const NEW = { hospital_type: "general", appointment_booking_available: true, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };

/** Enters a hospital, or changes the one that was seen at `tag`. */
export function HospitalForm({ hospital, tag, onSaved, onCancel }: { hospital: Hospital | null; tag: string | null; onSaved: () => void; onCancel: () => void }) {
  const { client } = useLive();
  const save = (values: Record<string, unknown>) =>
    hospital ? client.tell("PATCH", `/api/hospitals/${hospital.id}/`, values, tag) : client.tell("POST", "/api/hospitals/", values);
  return <Fields fields={FIELDS} values={hospital ?? NEW} save={save} onSaved={onSaved} onCancel={onCancel} />;
}
