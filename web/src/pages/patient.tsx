import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { ApiError } from "../api/client";
import type { Alarm, BoardRow, Device, Page, PatientDetail, User } from "../api/types";
import { BackIcon, DeviceIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { MedicinesPanel } from "../components/medicines-panel";
import { News2Panel } from "../components/news2-panel";
import { PatientAlarms } from "../components/patient-alarms";
import { RulesPanel } from "../components/rules-panel";
import { TrendStack } from "../components/trend-stack";
import { Vital } from "../components/vital";
import { hasCalled, keepNewer, sortAlarms } from "../lib/alarms";
import { serverNow } from "../lib/clock";
import { BOARD_METRICS, TILE_METRICS } from "../lib/metrics";
import { certainPoints } from "../lib/news2";
import { isOnlyPatient, personText, placeText } from "../lib/people";
import { useLive, useLiveState } from "../live/provider";

interface Fetched {
  detail: PatientDetail | null;
  alarms: Alarm[];
  error: ApiError | null;
}

/** There is no such patient, for this person; an address that is no id is answered by 422. */
function isUnknown({ status }: ApiError): boolean {
  return [403, 404, 422].includes(status);
}

/** What the board does not carry: devices and past alarms. */
function useDetail(id: string) {
  const { client } = useLive();
  const epoch = useLiveState((state) => state.epoch);
  const [tries, setTries] = useState(0);
  const [fetched, setFetched] = useState<Fetched>({ detail: null, alarms: [], error: null });
  // While one is under way no other begins, and what does not exist is not asked for again.
  const under = useRef({ way: false, unknown: false });
  const left = useRef<AbortController>(new AbortController());
  useEffect(() => {
    left.current = new AbortController();
    under.current.way = false;
    return () => left.current.abort();
  }, []);
  useEffect(() => {
    const state = under.current;
    const { signal } = left.current;
    if (state.way || state.unknown) return;
    state.way = true;
    Promise.all([
      client.get<PatientDetail>(`/api/patients/${encodeURIComponent(id)}/`, {}, signal),
      client.get<Page<Alarm>>("/api/alarms/", { patient: id, limit: 50 }, signal),
    ])
      .then(
        ([detail, page]) => setFetched({ detail, alarms: page.results, error: null }),
        (failure: unknown) => {
          if (signal.aborted) return;
          const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
          state.unknown = isUnknown(error);
          setFetched((before) => ({ ...before, error }));
        },
      )
      .finally(() => {
        if (!signal.aborted) state.way = false;
      });
  }, [client, id, epoch, tries]);
  return { ...fetched, retry: () => setTries((count) => count + 1) };
}

function Devices({ devices }: { devices: Device[] }) {
  return (
    <section className="panel patient__devices" aria-label="Devices">
      <h2>Devices</h2>
      {devices.length === 0 && <p className="panel__empty">None registered.</p>}
      <ul className="devices">
        {devices.map((device) => (
          <li key={device.device_id}>
            <DeviceIcon />
            <span className="devices__name">
              {device.name || device.device_type}
              <span className="devices__model">{[device.manufacturer, device.model].filter(Boolean).join(" ")}</span>
            </span>
            <span className={`devices__state ${device.is_online ? "devices__state--online" : ""}`}>
              {device.status === "ACTIVE" ? (device.is_online ? "● Online" : "○ Offline") : device.status.toLowerCase()}
              {device.battery_level !== null && ` · ${device.battery_level.toFixed(0)} %`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function PatientPage({ id, user }: { id: string; user: User }) {
  const row = useLiveState((state) => state.board?.get(id));
  const live = useLiveState((state) => state.alarms);
  const { detail, alarms: listed, error, retry } = useDetail(id);
  const alarms = useMemo(() => {
    const all = new Map(listed.map((alarm) => [alarm.id, alarm]));
    for (const alarm of live?.values() ?? []) {
      if (alarm.patient?.id === id) all.set(alarm.id, keepNewer(all.get(alarm.id), alarm));
    }
    return sortAlarms([...all.values()].filter(hasCalled));
  }, [live, listed, id]);
  const shown: BoardRow | null = row ?? detail;

  if (!shown) {
    if (!error) return <Loading rows={6} label="Loading the patient" />;
    const unknown = isUnknown(error);
    return (
      <Message title={unknown ? "This patient is not in your care" : "The patient cannot be shown"} tone="error" onRetry={unknown ? undefined : retry}>
        <p>{unknown ? "Either the address is wrong or you may not see this person." : error.message}</p>
        <Link href="/">Go to the ward board</Link>
      </Message>
    );
  }
  const { patient, vitals, news2 } = shown;
  const others = TILE_METRICS.filter((code) => !(BOARD_METRICS as readonly string[]).includes(code) && vitals[code]);
  return (
    <>
      <div className="toolbar">
        {!isOnlyPatient(user) && (
          <Link href="/" className="back" aria-label="Back to the ward board">
            <BackIcon />
          </Link>
        )}
        <h1>{patient.name}</h1>
        <p className="toolbar__summary">
          <span>{personText(patient, serverNow())}</span>
          <span>{placeText(patient)}</span>
        </p>
        <Link href={`/patients/${id}/health`} className="button button--quiet toolbar__report">
          Trends and report
        </Link>
      </div>
      <div className="patient">
        <div className="patient__main">
          <section className="tiles" aria-label="Newest measurements">
            {[...BOARD_METRICS, ...others].map((code) => (
              <Vital key={code} code={code} vitals={vitals} score={certainPoints(news2, code)} />
            ))}
          </section>
          <TrendStack patient={id} vitals={vitals} alarms={alarms} />
        </div>
        <aside className="patient__side">
          <News2Panel news2={news2} />
          <PatientAlarms alarms={alarms} user={user} />
          <MedicinesPanel patient={id} user={user} />
          {!isOnlyPatient(user) && <RulesPanel patient={id} user={user} />}
          {detail && <Devices devices={detail.devices} />}
        </aside>
      </div>
    </>
  );
}
