import type { Session } from "./types";

const KEY = "jeghealth.session";

type KeyValue = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * Who is logged in, in this tab only: `sessionStorage` is gone with the tab, which is right for a
 * ward's shared machine.
 */
export class SessionStore {
  #session: Session | null;
  #notice: string | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly storage: KeyValue) {
    this.#session = SessionStore.#read(storage);
  }

  static #read(storage: KeyValue): Session | null {
    const text = storage.getItem(KEY);
    if (!text) return null;
    try {
      const session = JSON.parse(text) as Partial<Session> | null;
      return session?.access && session.refresh && session.user ? (session as Session) : null;
    } catch {
      return null;
    }
  }

  readonly get = (): Session | null => this.#session;

  /** Why the last session ended, to be said on the log-in page. */
  readonly notice = (): string | null => this.#notice;

  set(session: Session): void {
    this.#session = session;
    this.#notice = null;
    this.storage.setItem(KEY, JSON.stringify(session));
    this.#tell();
  }

  end(notice: string | null = null): void {
    if (!this.#session) return;
    this.#session = null;
    this.#notice = notice;
    this.storage.removeItem(KEY);
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
