import { useRef } from "react";
import type { Medication, MedicationCategory } from "../api/types";
import { namesOf } from "../lib/catalogue";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { Fields, type Field } from "./fields";
import { Loading } from "./message";
import { More } from "./more";

const FIELDS: Field[] = [
  { name: "name", label: "Name", required: true },
  { name: "generic_name", label: "Generic name" },
  { name: "brand_name", label: "Brand name" },
  { name: "form", label: "Form" },
  { name: "strength", label: "Strength" },
  { name: "manufacturer", label: "Manufacturer" },
  { name: "drug_classes", label: "Classes, with commas between" },
  { name: "requires_prescription", label: "Needs a prescription", kind: "check" },
  { name: "is_active", label: "May be entered anew", kind: "check" },
  { name: "description", label: "Description", kind: "area" },
  { name: "side_effects", label: "Side effects", kind: "area" },
  { name: "contraindications", label: "Contraindications (severity: name - why)", kind: "area" },
  { name: "interactions", label: "Interactions (severity: name - effect)", kind: "area" },
  { name: "storage_instructions", label: "How it is kept", kind: "area" },
];
const LISTED = { limit: "200" };
const NEW = { is_active: true };

interface MedicineFormProps {
  /** Null for a new one. */
  id: string | null;
  onSaved: () => void;
  onCancel: () => void;
}

/** Enters a medicine of the catalogue, or changes it at the version that was seen. */
export function MedicineForm({ id, ...rest }: MedicineFormProps) {
  return id === null ? <Entered medicine={null} tag={null} {...rest} /> : <Changed id={id} {...rest} />;
}

function Changed({ id, ...rest }: MedicineFormProps & { id: string }) {
  const found = useFetched<Medication>(`/api/medications/${id}/`, {});
  if (found.error && !found.data) return <Failure error={found.error} />;
  if (!found.data) return <Loading rows={4} label="Loading the medicine" />;
  return <Entered medicine={found.data} tag={found.tag} {...rest} />;
}

interface EnteredProps extends Omit<MedicineFormProps, "id"> {
  medicine: Medication | null;
  tag: string | null;
}

function Entered({ medicine, tag, onSaved, onCancel }: EnteredProps) {
  const { client } = useLive();
  const seen = useRef(tag);
  const categories = useList<MedicationCategory>("/api/medications/categories/", LISTED);
  const save = async (values: Record<string, unknown>, form: FormData) => {
    const category = String(form.get("category_id") ?? "");
    const body = { ...values, drug_classes: namesOf(String(values.drug_classes)), category_id: category || null };
    if (medicine === null) await client.post("/api/medications/", body);
    else await client.edit("PATCH", `/api/medications/${medicine.id}/`, body, seen.current);
  };
  if (categories.rows === null) return <More list={categories} first="Loading the categories" />;
  const values = medicine ? { ...medicine, drug_classes: medicine.drug_classes.join(", ") } : NEW;
  return (
    <Fields fields={FIELDS} values={values} save={save} onSaved={onSaved} onCancel={onCancel}>
      <label>
        Category
        <select name="category_id" defaultValue={medicine?.category?.id ?? ""}>
          <option value="">None</option>
          {categories.rows.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
    </Fields>
  );
}
