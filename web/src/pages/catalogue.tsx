import { useState } from "react";
import type { Medication } from "../api/types";
import { Dialog } from "../components/dialog";
import { Failure } from "../components/failure";
import { FileImport } from "../components/file-import";
import { MedicineForm } from "../components/medicine-form";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { importText } from "../lib/catalogue";
import { saveFile } from "../lib/files";
import { useList } from "../lib/use-list";
import { useSettled } from "../lib/use-settled";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

const ABOUT = "A CSV file with the columns of the template. A row adds the medicine of its catalogue_key or changes it; the same file again changes nothing.";
const NO_QUERY = {};

interface ItemProps {
  one: Medication;
  onEdit: () => void;
  onChanged: () => void;
}

function Item({ one, onEdit, onChanged }: ItemProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const turn = async () => {
    const path = `/api/medications/${one.id}/`;
    await run(async () => client.tell("PATCH", path, { is_active: !one.is_active }, await client.tagOf(path, one)));
    onChanged();
  };
  return (
    <li className={`med med--${one.is_active ? "active" : "stopped"}`} aria-label={one.name}>
      <div className="med__head">
        <strong>{one.name}</strong>
        <span className="med__status">{one.is_active ? "given" : "not given any more"}</span>
      </div>
      <p>{[one.generic_name, one.brand_name, one.form, one.strength].filter(Boolean).join(" · ")}</p>
      <p className="med__note">{[one.category?.name, one.manufacturer, one.requires_prescription && "needs a prescription"].filter(Boolean).join(" · ")}</p>
      <div className="med__actions">
        <button type="button" className="button button--quiet" onClick={onEdit}>
          Change
        </button>
        <button type="button" className="button button--quiet" disabled={busy} onClick={() => void turn()}>
          {one.is_active ? "Deactivate" : "Activate"}
        </button>
      </div>
      <Failure error={error} />
    </li>
  );
}

/** The catalogue of medicines, for those who keep it: found, entered, changed, ended, imported. */
export function CataloguePage() {
  const { client } = useLive();
  const [words, setWords] = useState("");
  const [given, setGiven] = useState("");
  const [edited, setEdited] = useState<string | "new" | null>(null);
  const template = useTask();
  const list = useList<Medication>("/api/medications/", { search: useSettled(words), is_active: given, limit: "50" });
  const close = () => setEdited(null);
  const saved = () => {
    close();
    list.retry();
  };
  const save = async () => {
    const { blob, name } = await client.file("/api/medications/imports/template/", NO_QUERY, "text/csv");
    saveFile(blob, name);
  };
  return (
    <>
      <div className="toolbar">
        <h1>Catalogue of medicines</h1>
        <p className="toolbar__summary" />
        <button type="button" className="button" onClick={() => setEdited("new")}>
          New medicine
        </button>
      </div>
      {edited && (
        <Dialog title={edited === "new" ? "New medicine" : "Change a medicine"} onClose={close}>
          <MedicineForm id={edited === "new" ? null : edited} onSaved={saved} onCancel={close} />
        </Dialog>
      )}
      <form className="provider-filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          Name
          <input type="search" value={words} maxLength={100} placeholder="Generic or brand name" onChange={(event) => setWords(event.target.value)} />
        </label>
        <label>
          Shown
          <select value={given} onChange={(event) => setGiven(event.target.value)}>
            <option value="">All</option>
            <option value="true">Given</option>
            <option value="false">Not given any more</option>
          </select>
        </label>
      </form>
      {list.error && list.rows === null && (
        <Message title="The catalogue cannot be shown" tone="error" onRetry={list.retry}>
          <p>{list.error.message}</p>
        </Message>
      )}
      {list.rows ? (
        <ul className="meds panel" aria-label="Medicines" aria-busy={list.loading}>
          {list.rows.map((one) => (
            <Item key={one.id} one={one} onEdit={() => setEdited(one.id)} onChanged={list.retry} />
          ))}
        </ul>
      ) : (
        !list.error && <Loading rows={5} label="Loading the catalogue" />
      )}
      {list.rows?.length === 0 && <p className="panel__empty">None of that name.</p>}
      <More list={list} />
      <div className="panel">
        <FileImport title="Import a catalogue" about={ABOUT} path="/api/medications/imports/" query={NO_QUERY} accept=".csv,text/csv" told={importText} onImported={list.retry} />
        <button type="button" className="button button--quiet" onClick={() => void template.run(save)}>
          Download the template
        </button>
        <Failure error={template.error} />
      </div>
    </>
  );
}
