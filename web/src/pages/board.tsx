import { memo, type MouseEvent, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";
import type { BoardRow } from "../api/types";
import { AlarmTag, News2Badge } from "../components/badges";
import { SearchIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { Vital } from "../components/vital";
import { compareRows, matches, summarize } from "../lib/board";
import { serverNow } from "../lib/clock";
import { BOARD_METRICS, metricInfo } from "../lib/metrics";
import { certainPoints } from "../lib/news2";
import { personText, wardText } from "../lib/people";
import { useLive, useLiveState } from "../live/provider";

const PatientRow = memo(function PatientRow({ row, showWard }: { row: BoardRow; showWard: boolean }) {
  const { patient, vitals, news2, alarms } = row;
  const [, navigate] = useLocation();
  const edge = alarms.highest_priority ? `row--${alarms.highest_priority}` : "";
  // What lies above the row's link for its tooltip (ages, NEWS2) leads to the patient as well.
  const open = (event: MouseEvent) => {
    if (!(event.target as Element).closest("a")) navigate(`/patients/${patient.id}`);
  };
  return (
    <li
      className={`row ${edge} ${alarms.unacknowledged > 0 ? "row--waiting" : ""}`}
      data-patient={patient.id}
      onClick={open}
    >
      <div className="row__bed">
        <span className="visually-hidden">Bed </span>
        {patient.bed || "–"}
        {showWard && patient.ward && (
          <span className="row__ward" title={wardText(patient.ward)}>
            {wardText(patient.ward)}
          </span>
        )}
      </div>
      <div className="row__who">
        <Link href={`/patients/${patient.id}`} className="row__name" title={patient.name}>
          {patient.name}
        </Link>
        <span className="row__person">{personText(patient, serverNow())}</span>
      </div>
      <div className="row__vitals">
        {BOARD_METRICS.map((code) => (
          <Vital key={code} code={code} vitals={vitals} score={certainPoints(news2, code)} />
        ))}
      </div>
      <div className="row__news2">
        <News2Badge news2={news2} />
      </div>
      <div className="row__alarms">
        <AlarmTag alarms={alarms} />
      </div>
    </li>
  );
});

function Empty({ query }: { query: string }) {
  if (query) {
    return (
      <Message title="Nobody by that name">
        <p>No patient on this board matches “{query}”.</p>
      </Message>
    );
  }
  return (
    <Message title="No patients yet">
      <p>You see the patients who are in your care. To get some:</p>
      <ul>
        <li>
          start the demo ward with <code>make up</code>, which brings twelve patients and their devices;
        </li>
        <li>
          replay recorded patients with <code>jeg simulate replay</code>;
        </li>
        <li>
          or create one with <code>POST /api/patients/</code> (see <a href="/api/docs">the API’s own page</a>).
        </li>
      </ul>
    </Message>
  );
}

export function BoardPage() {
  const { reload } = useLive();
  const board = useLiveState((state) => state.board);
  const error = useLiveState((state) => state.error);
  const [query, setQuery] = useState("");
  const rows = useMemo(() => [...(board?.values() ?? [])].sort(compareRows), [board]);
  const summary = useMemo(() => summarize(rows), [rows]);
  const shown = rows.filter((row) => matches(row, query));
  const wards = [...new Set(rows.map((row) => row.patient.ward).filter(Boolean))];

  if (!board) {
    return error ? (
      <Message title="The ward cannot be shown" tone="error" onRetry={reload}>
        <p>{error}</p>
      </Message>
    ) : (
      <Loading rows={8} label="Loading the ward" />
    );
  }
  return (
    <>
      <div className="toolbar">
        <h1>{wards.length === 1 ? wardText(wards[0] ?? "") : "Ward board"}</h1>
        <p className="toolbar__summary">
          <span>
            <b>{summary.patients}</b> {summary.patients === 1 ? "patient" : "patients"}
          </span>
          <span>
            <b>{summary.alarming}</b> with new alarms
          </span>
          <span>
            <b>{summary.urgent}</b> at NEWS2 5 or more
          </span>
        </p>
        <label className="search">
          <SearchIcon />
          <span className="visually-hidden">Filter by name or bed</span>
          <input type="search" placeholder="Filter by name or bed" value={query} onChange={(event) => setQuery(event.target.value)} />
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty query={query} />
      ) : (
        <div className={wards.length > 1 ? "wards" : ""}>
          <div className="row row--head" aria-hidden="true">
            <div>Bed</div>
            <div>Patient</div>
            <div className="row__vitals">
              {BOARD_METRICS.map((code) => (
                <div key={code}>{metricInfo(code).label}</div>
              ))}
            </div>
            <div>NEWS2</div>
            <div>Alarms</div>
          </div>
          <ul className="board" aria-label="Patients">
            {shown.map((row) => (
              <PatientRow key={row.patient.id} row={row} showWard={wards.length > 1} />
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
