import { useEffect, useMemo, useState } from "react";
import type { Alarm, Page, User } from "../api/types";
import { AlarmFilters } from "../components/alarm-filters";
import { AlarmItem } from "../components/alarm-item";
import { Loading, Message } from "../components/message";
import { EVERYTHING, isLive, isWanted, queryOf } from "../lib/alarm-filter";
import type { AlarmFilter } from "../lib/alarm-filter";
import { countUnacknowledged, isOpen, keepNewer, sortAlarms } from "../lib/alarms";
import { useHeld } from "../lib/use-held";
import { useLive, useLiveState } from "../live/provider";

interface History {
  alarms: Alarm[];
  next: string | null;
  loading: boolean;
  error: string | null;
}

const NOTHING: History = { alarms: [], next: null, loading: true, error: null };

/** Alarms that the page is not told of live, a page at a time; fetched only while somebody looks at them. */
function useHistory(filter: AlarmFilter) {
  const { client } = useLive();
  const epoch = useLiveState((state) => state.epoch);
  const [history, setHistory] = useState<History>(NOTHING);
  const wanted = !isLive(filter.which);
  const query = JSON.stringify(queryOf(filter));

  const fetchPage = async (cursor: string | null, signal?: AbortSignal) => {
    try {
      const page = await client.get<Page<Alarm>>("/api/alarms/", { ...(JSON.parse(query) as Record<string, string>), cursor, limit: 100 }, signal);
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
  }, [wanted, query, epoch, client]);

  return {
    ...history,
    more: history.next ? () => void fetchPage(history.next) : null,
    retry: () => void fetchPage(null),
  };
}

/** Reports of one alarm from the list and from the stream, the newer of each. */
function merged(live: Iterable<Alarm>, listed: readonly Alarm[]): Alarm[] {
  const all = new Map(listed.map((alarm) => [alarm.id, alarm]));
  for (const alarm of live) all.set(alarm.id, keepNewer(all.get(alarm.id), alarm));
  return [...all.values()];
}

export function AlarmsPage({ user }: { user: User }) {
  const { reload } = useLive();
  const live = useLiveState((state) => state.alarms);
  const error = useLiveState((state) => state.error);
  const [filter, setFilter] = useState<AlarmFilter>(EVERYTHING);
  const history = useHistory(filter);
  const fetched = !isLive(filter.which);

  const open = useMemo(() => [...(live?.values() ?? [])].filter((alarm) => isOpen(alarm) && alarm.parent_id === null), [live]);
  const all = merged(live?.values() ?? [], fetched ? history.alarms : []);
  const sorted = sortAlarms(all.filter((alarm) => isWanted(alarm, filter, user.id)));
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
      </div>
      <AlarmFilters filter={filter} onChange={setFilter} open={open.length} />
      {fetched && history.error && (
        <Message title="Earlier alarms cannot be shown" tone="error" onRetry={history.retry}>
          <p>{history.error}</p>
        </Message>
      )}
      {shown.length === 0 ? (
        fetched && history.loading ? (
          <Loading rows={6} label="Loading the alarms" />
        ) : (
          <Message title={fetched || open.length > 0 ? "No such alarms" : "No open alarms"}>
            <p>{fetched ? "Nothing that was asked for." : "New ones appear here by themselves."}</p>
          </Message>
        )
      ) : (
        <ul className="alarms" aria-label="Alarms">
          {shown.map((alarm) => (
            <AlarmItem key={alarm.id} alarm={alarm} user={user} showPatient onHold={hold} />
          ))}
        </ul>
      )}
      {fetched && history.more && (
        <button type="button" className="button more" onClick={history.more}>
          Show earlier alarms
        </button>
      )}
    </>
  );
}
