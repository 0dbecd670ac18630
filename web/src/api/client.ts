import { noteServerTime } from "../lib/clock";
import type { Page, Session, Tokens } from "./types";
import type { SessionStore } from "./session";

/** A problem document (RFC 9457), or a failure to reach the API at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

type Query = Record<string, string | number | null | undefined>;

interface RequestOptions {
  method?: "GET" | "POST";
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  accept?: string;
}

export function buildUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function problemText(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown };
    if (typeof problem.detail === "string") return problem.detail;
    if (typeof problem.title === "string") return problem.title;
  } catch {
    // A proxy in front may answer with something that is not JSON.
  }
  return `The server answered ${response.status}.`;
}

/** The API over fetch: bearer token, one refresh on 401, problems as `ApiError`. */
export class ApiClient {
  #refreshing: Promise<boolean> | null = null;

  constructor(
    private readonly sessions: SessionStore,
    private readonly fetchFn: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  async login(email: string, password: string): Promise<Session> {
    const response = await this.#send("/api/auth/login/", {
      method: "POST",
      body: { email, password },
    });
    if (!response.ok) throw new ApiError(response.status, await problemText(response));
    const session = (await response.json()) as Session;
    this.sessions.set(session);
    return session;
  }

  /** Ends the session here at once, and at the server if it can be reached. */
  async logOut(): Promise<void> {
    const session = this.sessions.get();
    this.sessions.end();
    if (!session) return;
    const body = { refresh: session.refresh };
    await this.#send("/api/auth/logout/", { method: "POST", body }).catch(() => undefined);
  }

  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return (await (await this.#authorized(path, { query, signal })).json()) as T;
  }

  /** A file, and the name that the server gives it. */
  async file(path: string, query: Query, accept: string): Promise<{ blob: Blob; name: string }> {
    const response = await this.#authorized(path, { query, accept });
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    return { blob: await response.blob(), name: name ?? "report" };
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return (await (await this.#authorized(path, { method: "POST", body })).json()) as T;
  }

  /** Every page of a list, at most `most` rows. */
  async all<T>(path: string, query: Query, most: number, signal?: AbortSignal): Promise<T[]> {
    const rows: T[] = [];
    let cursor: string | null = null;
    do {
      const page: Page<T> = await this.get<Page<T>>(path, { ...query, cursor }, signal);
      rows.push(...page.results);
      cursor = page.next;
    } while (cursor !== null && rows.length < most);
    return rows;
  }

  /** Whether the API says that it can do its work; a failure to answer is one. */
  async ready(signal: AbortSignal): Promise<boolean> {
    const response = await this.#send("/readyz", { signal });
    return response.ok;
  }

  /** An open `text/event-stream` answer; its body is read by the caller. */
  stream(path: string, signal: AbortSignal): Promise<Response> {
    return this.#authorized(path, { signal, accept: "text/event-stream" });
  }

  async #authorized(path: string, options: RequestOptions): Promise<Response> {
    const used = this.sessions.get()?.access;
    let response = await this.#send(path, options, used);
    if (response.status === 401 && (await this.#refresh(used))) {
      response = await this.#send(path, options, this.sessions.get()?.access);
    }
    if (response.status === 401) this.sessions.end("Your session has ended. Log in again.");
    if (!response.ok) throw new ApiError(response.status, await problemText(response));
    return response;
  }

  /** Many requests may meet an old token at once: they share one refresh. */
  #refresh(used: string | undefined): Promise<boolean> {
    const current = this.sessions.get();
    if (!current) return Promise.resolve(false);
    if (current.access !== used) return Promise.resolve(true);
    this.#refreshing ??= this.#requestTokens(current).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #requestTokens(session: Session): Promise<boolean> {
    const response = await this.#send("/api/auth/token/refresh/", {
      method: "POST",
      body: { refresh: session.refresh },
    });
    if (response.status >= 500) throw new ApiError(response.status, await problemText(response));
    if (!response.ok) return false;
    const tokens = (await response.json()) as Tokens;
    this.sessions.set({ ...session, access: tokens.access, refresh: tokens.refresh });
    return true;
  }

  async #send(path: string, options: RequestOptions, token?: string): Promise<Response> {
    const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const response = await this.fetchFn(buildUrl(path, options.query), {
        method: options.method ?? "GET",
        headers,
        cache: "no-store",
        body: options.body === undefined ? null : JSON.stringify(options.body),
        signal: options.signal ?? null,
      });
      noteServerTime(response.headers.get("Date"));
      return response;
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiError(0, "The server cannot be reached. Check the network.");
    }
  }
}
