import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import type { ApiClient } from "../api/client";
import type { Alarm, BoardRow } from "../api/types";
import { watchReady } from "./ready";
import { LiveStore } from "./store";
import type { LiveState, Snapshot } from "./store";
import { keepStream } from "./stream";

/** The server judges staleness: without readings there is no event, so ask now and then. */
const REFRESH_MS = 60_000;
const REFRESH_WITHOUT_STREAM_MS = 15_000;
const MOST_ROWS = 2_000;

interface Live {
  client: ApiClient;
  store: LiveStore;
  reload: () => void;
}

const LiveContext = createContext<Live | null>(null);

async function fetchSnapshot(client: ApiClient): Promise<Snapshot> {
  const [rows, alarms] = await Promise.all([
    client.all<BoardRow>("/api/ward/", { limit: 200 }, MOST_ROWS),
    client.all<Alarm>("/api/alarms/", { state: "open", limit: 200 }, MOST_ROWS),
  ]);
  return { rows, alarms };
}

/** Holds the one event stream of the page and the ward that it keeps current. */
export function LiveProvider({ client, children }: { client: ApiClient; children: ReactNode }) {
  const live = useMemo<Live>(() => {
    const store = new LiveStore();
    return { client, store, reload: () => void store.load(() => fetchSnapshot(client)) };
  }, [client]);

  useEffect(() => {
    const { store, reload } = live;
    reload();
    const stop = keepStream({
      open: (signal) => client.stream("/api/events/", signal),
      onConnection: (connection) => store.setConnection(connection),
      onEvent: (name, data) => {
        if (name === "ready" || name === "resync") reload();
        else if (name === "notification") store.noteNews();
        else if (name === "board") store.apply({ row: JSON.parse(data) as BoardRow });
        else if (name === "alarm") store.apply({ alarm: JSON.parse(data) as Alarm });
      },
    });
    const stopAsking = watchReady((signal) => client.ready(signal), (ready) => store.setReady(ready));
    let loadedAt = Date.now();
    const timer = setInterval(() => {
      const { connection, error } = store.get();
      const every = connection.state === "live" && !error ? REFRESH_MS : REFRESH_WITHOUT_STREAM_MS;
      if (Date.now() - loadedAt < every) return;
      loadedAt = Date.now();
      reload();
    }, 5_000);
    return () => {
      clearInterval(timer);
      stopAsking();
      stop();
    };
  }, [client, live]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider around it.");
  return live;
}

/** One part of the live state; draws again only when that part changes. */
export function useLiveState<T>(select: (state: LiveState) => T): T {
  const { store } = useLive();
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
