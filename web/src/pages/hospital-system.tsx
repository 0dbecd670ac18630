import { useState } from "react";
import { Link } from "wouter";
import type { Hospital, HospitalSync, HospitalSystem, NewHospitalSystem } from "../api/types";
import { Failure } from "../components/failure";
import { Fields, type Field } from "../components/fields";
import { BackIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { momentText } from "../lib/time";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";

const FIELDS: Field[] = [
  {
    name: "kind",
    label: "Kind",
    options: [
      ["webhook", "Webhook: a signed event for every change"],
      ["fhir", "FHIR R4 server: PractitionerRole"],
    ],
  },
  { name: "url", label: "Address", kind: "url", required: true, hint: "Of the webhook, or the base of the FHIR server." },
  {
    name: "secret",
    label: "Secret",
    kind: "password",
    hint: "The FHIR server's token. Of a webhook left empty: one is made. Left empty at the same kind and address: stays.",
  },
];

/** Where a hospital's own system is told who works there, and what it said to that. */
export function HospitalSystemPage({ id }: { id: string }) {
  const path = `/api/hospitals/${encodeURIComponent(id)}/`;
  const hospital = useFetched<Hospital>(path, {});
  const found = useFetched<HospitalSystem>(`${path}system/`, {});
  const syncs = useList<HospitalSync>(`${path}system/syncs/`, { limit: "20" });
  if (hospital.error && !hospital.data) {
    return (
      <Message title="There is no such hospital" tone="error" onRetry={hospital.retry}>
        <p>{hospital.error.message}</p>
        <Link href="/providers">To the hospitals</Link>
      </Message>
    );
  }
  const none = found.error?.status === 404;
  return (
    <>
      <div className="toolbar">
        <Link href="/providers" className="back" aria-label="Back to the hospitals">
          <BackIcon />
        </Link>
        <h1>Own system of {hospital.data?.name ?? "…"}</h1>
      </div>
      {found.error && !none && (
        <Message title="The system cannot be shown" tone="error" onRetry={found.retry}>
          <p>{found.error.message}</p>
        </Message>
      )}
      {found.loading && !found.data && !none && <Loading rows={3} label="Loading the system" />}
      {(found.data || none) && (
        <div className="keeping">
          <System path={`${path}system/`} system={none ? null : found.data} tag={none ? null : found.tag} onChanged={found.retry} />
          <Syncs path={`${path}system/syncs/`} list={syncs} />
        </div>
      )}
    </>
  );
}

interface SystemProps {
  path: string;
  system: HospitalSystem | null;
  tag: string | null;
  onChanged: () => void;
}

function System({ path, system, tag, onChanged }: SystemProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [editing, setEditing] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const save = async (values: Record<string, unknown>) => {
    const { data } = await client.edit<NewHospitalSystem>("PUT", path, values, tag);
    setSecret(data.secret ?? null);
  };
  const forget = async () => {
    if (!window.confirm("Tell the hospital's own system nothing more, and forget where it is?")) return;
    if (await run(() => client.tell("DELETE", path, undefined, tag))) {
      setSecret(null);
      onChanged();
    }
  };
  return (
    <section className="panel" aria-label="System">
      <h2>System</h2>
      {secret && (
        <div className="account__codes once" role="status">
          <p>
            <strong>The secret that signs what is sent. It is shown this once: keep it now.</strong>
          </p>
          <code>{secret}</code>
          <button type="button" className="button" onClick={() => void navigator.clipboard.writeText(secret)}>
            Copy
          </button>
        </div>
      )}
      {system && (
        <dl className="provider-facts">
          <dt>Kind</dt>
          <dd>{system.kind === "fhir" ? "FHIR R4 server" : "Webhook"}</dd>
          <dt>Address</dt>
          <dd className="kept__address">{system.url}</dd>
          <dt>Changed</dt>
          <dd>{momentText(Date.parse(system.updated_at))}</dd>
        </dl>
      )}
      {!system && !editing && <p className="panel__empty">None is set: nobody outside is told who works here.</p>}
      {editing ? (
        <Fields
          fields={FIELDS}
          values={system ? { kind: system.kind, url: system.url } : {}}
          save={save}
          onCancel={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            onChanged();
          }}
        />
      ) : (
        <div className="kept__actions">
          <button type="button" className="button" onClick={() => setEditing(true)}>
            {system ? "Change" : "Set one"}
          </button>
          {system && (
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void forget()}>
              Forget it
            </button>
          )}
        </div>
      )}
      <Failure error={error} />
    </section>
  );
}

const STATES: Record<HospitalSync["state"], string> = {
  pending: "On its way",
  confirmed: "Confirmed",
  failed: "Failed, is tried again",
  dead: "Given up",
  superseded: "Overtaken by something newer",
};
const EVENTS: Record<HospitalSync["event"], string> = { linked: "works here now", changed: "was changed", unlinked: "works here no more" };

function Syncs({ path, list }: { path: string; list: ReturnType<typeof useList<HospitalSync>> }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const replay = async (one: HospitalSync) => {
    if (await run(() => client.post(`${path}${one.id}/replay/`))) list.retry();
  };
  return (
    <section className="panel" aria-label="What it was told">
      <div className="panel__head">
        <h2>What it was told</h2>
        <button type="button" className="button button--quiet" disabled={list.loading} onClick={list.retry}>
          Look again
        </button>
      </div>
      {list.rows?.length === 0 && <p className="panel__empty">Nothing yet.</p>}
      <ul className="kept">
        {list.rows?.map((one) => (
          <li key={one.id} className="kept__row">
            <div>
              <strong>{one.provider_name}</strong> {EVENTS[one.event]}
              <p className="kept__note">
                {STATES[one.state]} · {momentText(Date.parse(one.confirmed_at ?? one.created_at))} · {one.attempts} {one.attempts === 1 ? "attempt" : "attempts"}
                {one.remote_id && ` · there ${one.remote_id}`}
              </p>
              {one.last_error && one.state !== "confirmed" && <p className="kept__error">{one.last_error}</p>}
            </div>
            {one.state === "dead" && (
              <button type="button" className="button" disabled={busy} onClick={() => void replay(one)}>
                Tell it again
              </button>
            )}
          </li>
        ))}
      </ul>
      <More list={list} first="Loading what it was told" />
      <Failure error={error} />
    </section>
  );
}
