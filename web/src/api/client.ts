import { noteServerTime } from "../lib/clock";
import { sameJson } from "../lib/same";
import type { MedicationWarning, Page, PasskeyOptions, Session, Tokens } from "./types";
import type { SessionStore } from "./session";
import { buildUrl, type Query } from "./url";

/** A problem document (RFC 9457), or a failure to reach the API at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What is asked for when the password was right and is not enough. */
    readonly ticket: string | null = null,
    /** What speaks against a medicine, where that is the problem. */
    readonly warnings: MedicationWarning[] = [],
    /** Names of the fields that are wrong. */
    readonly fields: string[] = [],
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  accept?: string;
  /** ETag of what was seen: at any other version the answer is 412. */
  ifMatch?: string | undefined;
  /** Names the request: sent again, it is carried out once. */
  idempotencyKey?: string | undefined;
}

const CHANGED_MEANWHILE = "Somebody else changed this meanwhile. Nothing of yours was saved: close this, look at what is there now, and change it again.";

interface ProblemBody {
  title?: unknown;
  detail?: unknown;
  ticket?: unknown;
  warnings?: MedicationWarning[];
  errors?: { field: string; reason: string }[];
}

async function taggedOf<T>(response: Response): Promise<{ data: T; tag: string | null }> {
  return { data: (await response.json()) as T, tag: response.headers.get("ETag") };
}

async function problemOf(response: Response): Promise<ApiError> {
  let problem: ProblemBody = {};
  try {
    problem = (await response.json()) as ProblemBody;
  } catch {
    // A proxy in front may answer with something that is not JSON.
  }
  const fields = (problem.errors ?? []).map((one) => `${one.field.replaceAll("_", " ")} ${one.reason}`);
  // Whoever fills in a form knows nothing of versions.
  const said = response.status === 412 ? CHANGED_MEANWHILE : fields.length > 0 ? `${fields.join("; ")}.` : (problem.detail ?? problem.title);
  const text = typeof said === "string" ? said : `The server answered ${response.status}.`;
  return new ApiError(
    response.status,
    text,
    typeof problem.ticket === "string" ? problem.ticket : null,
    problem.warnings ?? [],
    (problem.errors ?? []).map((one) => one.field),
  );
}

/** The API over fetch: bearer token, one refresh on 401, problems as `ApiError`. */
export class ApiClient {
  #refreshing: Promise<boolean> | null = null;

  constructor(
    private readonly sessions: SessionStore,
    private readonly fetchFn: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  /** An `ApiError` with a ticket asks for a second step. */
  login(email: string, password: string): Promise<Session> {
    return this.#begin("/api/auth/login/", { email, password });
  }

  secondStep(ticket: string, code: string): Promise<Session> {
    return this.#begin("/api/auth/login/second-step/", { ticket, code });
  }

  /** With a passkey alone: `show` has the browser ask for it. */
  async passkeyLogin(show: (options: PasskeyOptions) => Promise<unknown>): Promise<Session> {
    const response = await this.#send("/api/auth/passkeys/login/options/", { method: "POST" });
    if (!response.ok) throw await problemOf(response);
    return this.#begin("/api/auth/passkeys/login/", await show((await response.json()) as PasskeyOptions));
  }

  /** A request that needs no login. */
  async open(path: string, body: unknown): Promise<void> {
    const response = await this.#send(path, { method: "POST", body });
    if (!response.ok) throw await problemOf(response);
  }

  async #begin(path: string, body: unknown): Promise<Session> {
    const response = await this.#send(path, { method: "POST", body });
    if (!response.ok) throw await problemOf(response);
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

  /** Ends the session here, and says why. */
  end(notice: string): void {
    this.sessions.end(notice);
  }

  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return (await (await this.#authorized(path, { query, signal })).json()) as T;
  }

  /** The same, and the ETag by which it can be changed. */
  async tagged<T>(path: string, query?: Query, signal?: AbortSignal): Promise<{ data: T; tag: string | null }> {
    return taggedOf<T>(await this.#authorized(path, { query, signal }));
  }

  /** A file, and the name that the server gives it. */
  async file(path: string, query: Query, accept: string): Promise<{ blob: Blob; name: string }> {
    const response = await this.#authorized(path, { query, accept });
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    return { blob: await response.blob(), name: name ?? "report" };
  }

  async post<T>(path: string, body?: unknown, ifMatch?: string, query?: Query): Promise<T> {
    return (await (await this.#authorized(path, { method: "POST", body, ifMatch, query })).json()) as T;
  }

  /** A request whose answer, if it has one, is not read. */
  async tell(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown, ifMatch?: string | null): Promise<void> {
    await this.#authorized(path, { method, body, ifMatch: ifMatch ?? undefined });
  }

  /** Changes what was seen at `tag`; gives what it is then, with its new tag. */
  async edit<T>(method: "PUT" | "PATCH", path: string, body: unknown, tag: string | null): Promise<{ data: T; tag: string | null }> {
    return taggedOf<T>(await this.#authorized(path, { method, body, ifMatch: tag ?? undefined }));
  }

  /** ETag of what was seen in a list, as long as it is that still; otherwise somebody else changed it. */
  async tagOf(path: string, seen: object): Promise<string | null> {
    const { data, tag } = await this.tagged<object>(path);
    if (!sameJson(data, seen)) throw new ApiError(412, CHANGED_MEANWHILE);
    return tag;
  }

  /** The next version of what was seen at `ifMatch`. */
  async change<T>(method: "PUT" | "DELETE", path: string, query: Query, body: unknown, ifMatch: string): Promise<T> {
    return (await (await this.#authorized(path, { method, query, body, ifMatch })).json()) as T;
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

  /** The same, of what is said with the request. */
  say(path: string, body: unknown, idempotencyKey: string, signal: AbortSignal): Promise<Response> {
    return this.#authorized(path, { method: "POST", body, idempotencyKey, signal, accept: "text/event-stream" });
  }

  async #authorized(path: string, options: RequestOptions): Promise<Response> {
    const used = this.sessions.get()?.access;
    let response = await this.#send(path, options, used);
    if (response.status === 401 && (await this.#refresh(used))) {
      response = await this.#send(path, options, this.sessions.get()?.access);
    }
    if (response.status === 401) this.sessions.end("Your session has ended. Log in again.");
    if (!response.ok) throw await problemOf(response);
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
    if (response.status >= 500) throw await problemOf(response);
    if (!response.ok) return false;
    const tokens = (await response.json()) as Tokens;
    this.sessions.set({ ...session, access: tokens.access, refresh: tokens.refresh });
    return true;
  }

  async #send(path: string, options: RequestOptions, token?: string): Promise<Response> {
    const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (options.ifMatch) headers["If-Match"] = options.ifMatch;
    if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
    const form = options.body instanceof FormData ? options.body : null;
    if (options.body !== undefined && !form) headers["Content-Type"] = "application/json";
    try {
      const response = await this.fetchFn(buildUrl(path, options.query), {
        method: options.method ?? "GET",
        headers,
        cache: "no-store",
        body: form ?? (options.body === undefined ? null : JSON.stringify(options.body)),
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
