import { useEffect, useMemo, useState } from "react";
import type { Alarm, Page, User } from "../api/types";
import { AlarmItem } from "../components/alarm-item";
import { Loading, Message } from "../components/message";
import { countUnacknowledged, hasCalled, isOpen, keepNewer, sortAlarms } from "../lib/alarms";
import { useHeld } from "../lib/use-held";
import { useLive, useLiveState } from "../live/provider";

type Filter = "open" | "all";

interface History {
  alarms: Alarm[];
  next: string | null;
  loading: boolean;
  error: string | null;
}

const NOTHING: History = { alarms: [], next: null, loading: true, error: null };

/** Alarms of all states, a page at a time; fetched only while somebody looks at them. */
function useHistory(wanted: boolean) {
  const { client } = useLive();
  const epoch = useLiveState((state) => state.epoch);
  const [history, setHistory] = useState<History>(NOTHING);

  const fetchPage = async (cursor: string | null, signal?: AbortSignal) => {
    try {
      const page = await client.get<Page<Alarm>>("/api/alarms/", { cursor, limit: 100 }, signal);
      setHistory((before) => ({
        alarms: cursor ? [...before.alarms, ...page.results] : page.results,
        next: page.next,
        loading: false,
        error: null,
      }));
    } catch (failure) {
      if (signal?.aborted) return;
      setHistory((before) => ({ ...before, loading: false, error: (failure as Error).message }));
    }
  };

  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    void fetchPage(null, abort.signal);
    return () => abort.abort();
    // Fetched anew on every reload of the live state.
  }, [wanted, epoch, client]);

  return {
    ...history,
    more: history.next ? () => void fetchPage(history.next) : null,
    retry: () => void fetchPage(null),
  };
}

function FilterButtons({ filter, onChange, open }: { filter: Filter; onChange: (filter: Filter) => void; open: number }) {
  return (
    <div className="segments" role="group" aria-label="Which alarms">
      <button type="button" aria-pressed={filter === "open"} onClick={() => onChange("open")}>
        Open <span className="segments__count">{open}</span>
      </button>
      <button type="button" aria-pressed={filter === "all"} onClick={() => onChange("all")}>
        All
      </button>
    </div>
  );
}

/** Reports of one alarm from the list and from the stream, the newer of each. */
function merged(live: Iterable<Alarm>, listed: readonly Alarm[]): Alarm[] {
  const all = new Map(listed.map((alarm) => [alarm.id, alarm]));
  for (const alarm of live) all.set(alarm.id, keepNewer(all.get(alarm.id), alarm));
  return [...all.values()].filter(hasCalled);
}

export function AlarmsPage({ user }: { user: User }) {
  const { reload } = useLive();
  const live = useLiveState((state) => state.alarms);
  const error = useLiveState((state) => state.error);
  const [filter, setFilter] = useState<Filter>("open");
  const history = useHistory(filter === "all");

  const open = useMemo(() => [...(live?.values() ?? [])].filter(isOpen), [live]);
  const sorted = sortAlarms(filter === "open" ? open : merged(live?.values() ?? [], history.alarms));
  const { rows: shown, hold } = useHeld(sorted, (id) => live?.get(id));
  const counts = countUnacknowledged(open);

  if (!live) {
    return error ? (
      <Message title="The alarms cannot be shown" tone="error" onRetry={reload}>
        <p>{error}</p>
      </Message>
    ) : (
      <Loading rows={6} label="Loading the alarms" />
    );
  }
  return (
    <>
      <div className="toolbar">
        <h1>Alarms</h1>
        <p className="toolbar__summary" role="status">
          <span>
            <b>{counts.high + counts.medium + counts.low}</b> to acknowledge
          </span>
          {counts.high > 0 && (
            <span>
              <b>{counts.high}</b> high
            </span>
          )}
        </p>
        <FilterButtons filter={filter} onChange={setFilter} open={open.length} />
      </div>
      {filter === "all" && history.error && (
        <Message title="Earlier alarms cannot be shown" tone="error" onRetry={history.retry}>
          <p>{history.error}</p>
        </Message>
      )}
      {shown.length === 0 ? (
        filter === "all" && history.loading ? (
          <Loading rows={6} label="Loading the alarms" />
        ) : (
          <Message title={filter === "open" ? "No open alarms" : "No alarms yet"}>
            <p>{filter === "open" ? "New ones appear here by themselves." : "Nothing has crossed a limit so far."}</p>
          </Message>
        )
      ) : (
        <ul className="alarms" aria-label="Alarms">
          {shown.map((alarm) => (
            <AlarmItem key={alarm.id} alarm={alarm} user={user} showPatient onHold={hold} />
          ))}
        </ul>
      )}
      {filter === "all" && history.more && (
        <button type="button" className="button more" onClick={history.more}>
          Show earlier alarms
        </button>
      )}
    </>
  );
}
