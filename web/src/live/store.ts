import type { Alarm, BoardRow } from "../api/types";
import { hasCalled, isOpen, keepNewer } from "../lib/alarms";
import { serverNow } from "../lib/clock";
import type { Connection } from "./stream";

/** How long changes are gathered before the page is drawn again. */
const DRAW_AFTER_MS = 150;

export interface LiveState {
  connection: Connection;
  /** Since when the API has said that it cannot do its work (server's clock); null while it can. */
  unreadySince: number | null;
  /** Null until the first answer. */
  board: ReadonlyMap<string, BoardRow> | null;
  /** Open alarms and those that closed while the page was up; null until the first answer. */
  alarms: ReadonlyMap<string, Alarm> | null;
  error: string | null;
  /** Rises after every reconnection: whoever shows history fetches it again. */
  epoch: number;
  loadedAt: number | null;
  /** Rises with every notification, and when some were read. */
  news: number;
}

export interface Snapshot {
  rows: BoardRow[];
  alarms: Alarm[];
}

type Change = { row: BoardRow } | { alarm: Alarm };

/**
 * The ward as this page knows it. Events that arrive while a snapshot is being fetched are applied
 * again on top of it, so nothing falls between the two.
 */
export class LiveStore {
  #state: LiveState = {
    connection: { state: "connecting" },
    unreadySince: null,
    board: null,
    alarms: null,
    error: null,
    epoch: 0,
    loadedAt: null,
    news: 0,
  };
  #pending: Change[] = [];
  #sinceLoad: Change[] | null = null;
  #loading: Promise<void> | null = null;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #listeners = new Set<() => void>();

  readonly get = (): LiveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  setConnection(connection: Connection): void {
    this.#set({ connection });
  }

  setReady(ready: boolean): void {
    const unreadySince = ready ? null : (this.#state.unreadySince ?? serverNow());
    if (unreadySince !== this.#state.unreadySince) this.#set({ unreadySince });
  }

  noteNews(): void {
    this.#set({ news: this.#state.news + 1 });
  }

  apply(change: Change): void {
    this.#pending.push(change);
    this.#sinceLoad?.push(change);
    this.#timer ??= setTimeout(() => this.flush(), DRAW_AFTER_MS);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#pending.length === 0) return;
    const changes = this.#pending;
    this.#pending = [];
    this.#set(applyChanges(this.#state, changes));
  }

  /**
   * Fetches everything anew; a failed fetch keeps what is shown and says so. Asked for again while
   * one is under way, it runs once more afterwards: the answer under way may be too old.
   */
  load(fetchSnapshot: () => Promise<Snapshot>): Promise<void> {
    this.#again = true;
    this.#loading ??= this.#loadUntilCurrent(fetchSnapshot).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadUntilCurrent(fetchSnapshot: () => Promise<Snapshot>): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#loadOnce(fetchSnapshot);
    }
  }

  async #loadOnce(fetchSnapshot: () => Promise<Snapshot>): Promise<void> {
    const buffer: Change[] = [];
    this.#sinceLoad = buffer;
    try {
      const snapshot = await fetchSnapshot();
      const base = fromSnapshot(snapshot, this.#state.alarms);
      this.#set({
        ...applyChanges(base, buffer),
        error: null,
        epoch: this.#state.epoch + 1,
        loadedAt: Date.now(),
      });
    } catch (error) {
      this.#set({ error: error instanceof Error ? error.message : String(error) });
    } finally {
      this.#sinceLoad = null;
    }
  }

  #set(change: Partial<LiveState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

type Shown = Pick<LiveState, "board" | "alarms">;

function fromSnapshot(snapshot: Snapshot, before: ReadonlyMap<string, Alarm> | null): Shown {
  const alarms = new Map(snapshot.alarms.map((alarm) => [alarm.id, alarm]));
  // What has closed stays in the list; what was open and is no longer reported has closed unseen.
  for (const alarm of before?.values() ?? []) {
    if (!alarms.has(alarm.id) && !isOpen(alarm) && hasCalled(alarm)) alarms.set(alarm.id, alarm);
  }
  return { board: new Map(snapshot.rows.map((row) => [row.patient.id, row])), alarms };
}

export function applyChanges(state: Shown, changes: readonly Change[]): Shown {
  const board = state.board ? new Map(state.board) : null;
  const alarms = new Map(state.alarms ?? []);
  let alarmsChanged = false;
  for (const change of changes) {
    if ("row" in change) {
      board?.set(change.row.patient.id, change.row);
    } else {
      alarms.set(change.alarm.id, keepNewer(alarms.get(change.alarm.id), change.alarm));
      alarmsChanged = true;
    }
  }
  return { board, alarms: alarmsChanged ? alarms : state.alarms };
}
