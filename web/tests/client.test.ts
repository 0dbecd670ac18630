import { describe, expect, it, vi } from "vitest";
import { ApiClient, ApiError } from "../src/api/client";
import { SessionStore } from "../src/api/session";
import { buildUrl } from "../src/api/url";
import { memoryStorage, session } from "./make";

type Handler = (path: string, token: string | null, init: RequestInit) => Response;

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

function clientWith(handler: Handler, loggedIn = true) {
  const storage = memoryStorage();
  const sessions = new SessionStore(storage);
  if (loggedIn) sessions.set(session());
  const fetchFn = vi.fn((input: RequestInfo | URL, init: RequestInit = {}) => {
    const token = new Headers(init.headers).get("Authorization");
    return Promise.resolve(handler(String(input), token, init));
  });
  return { client: new ApiClient(sessions, fetchFn as typeof fetch), sessions, storage, fetchFn };
}

/** A server whose first access token has expired. */
const expired: Handler = (path, token) => {
  if (path === "/api/auth/token/refresh/") return json({ access: "access-2", refresh: "refresh-2" });
  return token === "Bearer access-2" ? json({ fine: true }) : json({ title: "Unauthorized" }, 401);
};

describe("what was seen in a list", () => {
  const shown = { id: "1", hours: { start: "08:00", end: "17:00" }, days: ["MO"] };
  const now = (data: object) => () => new Response(JSON.stringify(data), { headers: { ETag: '"7"' } });

  it("has the tag by which it can be changed, in whatever order its fields come", async () => {
    const { client } = clientWith(now({ days: ["MO"], hours: { end: "17:00", start: "08:00" }, id: "1" }));
    await expect(client.tagOf("/api/x/1/", shown)).resolves.toBe('"7"');
  });

  it.each([{ ...shown, hours: { start: "08:00", end: "12:00" } }, { ...shown, days: [] }, { ...shown, note: "" }])("has none once it is something else", async (data) => {
    const { client } = clientWith(now(data));
    await expect(client.tagOf("/api/x/1/", shown)).rejects.toMatchObject({ status: 412, message: expect.stringContaining("Somebody else") as string });
  });
});

it("changes the version that was seen, and says a newer one in words", async () => {
  const seen: (string | null)[] = [];
  const { client } = clientWith((_path, _token, init) => {
    seen.push(new Headers(init.headers).get("If-Match"));
    return seen.length === 1 ? new Response("{}", { headers: { ETag: '"2"' } }) : json({}, 412);
  });
  const { tag } = await client.edit("PATCH", "/api/providers/1/", {}, '"1"');
  await expect(client.edit("PATCH", "/api/providers/1/", {}, tag)).rejects.toThrow(/Somebody else changed this meanwhile/);
  expect(seen).toEqual(['"1"', '"2"']);
});

describe("requests", () => {
  it("leaves out what is not asked for", () => {
    expect(buildUrl("/api/alarms/", { state: "open", cursor: null, limit: 5 })).toBe("/api/alarms/?state=open&limit=5");
    expect(buildUrl("/api/x/", { status: ["active", "paused"], search: "" })).toBe("/api/x/?status=active&status=paused");
    expect(buildUrl("/api/ward/")).toBe("/api/ward/");
  });

  it("never puts the token into the address", async () => {
    const { client, fetchFn } = clientWith(() => json({}));
    await client.get("/api/ward/");
    expect(String(fetchFn.mock.calls[0]?.[0])).not.toContain("access-1");
  });

  it("refreshes once for many requests, keeps both new tokens and repeats the requests", async () => {
    const { client, sessions, fetchFn } = clientWith(expired);
    await Promise.all([client.get("/api/ward/"), client.get("/api/alarms/"), client.post("/api/alarms/1/acknowledge/")]);
    const refreshes = fetchFn.mock.calls.filter(([path]) => path === "/api/auth/token/refresh/");
    expect(refreshes).toHaveLength(1);
    expect(sessions.get()).toMatchObject({ access: "access-2", refresh: "refresh-2" });
  });

  it("ends the session when the refresh is refused", async () => {
    const { client, sessions, storage } = clientWith(() => json({ title: "Unauthorized" }, 401));
    await expect(client.get("/api/ward/")).rejects.toMatchObject({ status: 401 });
    expect(sessions.get()).toBeNull();
    expect(sessions.notice()).toContain("session has ended");
    expect(storage.length).toBe(0);
  });

  it("keeps the session when the server is only unwell", async () => {
    const { client, sessions } = clientWith((path) => json({ detail: "Database away" }, path.includes("refresh") ? 503 : 401));
    await expect(client.get("/api/ward/")).rejects.toMatchObject({ status: 503, message: "Database away" });
    expect(sessions.get()).not.toBeNull();
  });

  it("follows the cursor to the end", async () => {
    const { client } = clientWith((path) =>
      path.includes("cursor=two") ? json({ results: [3], next: null }) : json({ results: [1, 2], next: "two" }),
    );
    expect(await client.all<number>("/api/ward/", { limit: 2 }, 100)).toEqual([1, 2, 3]);
    expect(await client.all<number>("/api/ward/", { limit: 2 }, 2)).toEqual([1, 2]);
  });

  it("says what the problem document says, and copes without one", async () => {
    const { client } = clientWith(() => json({ title: "Conflict", detail: "The alarm is closed." }, 409));
    await expect(client.post("/api/x/")).rejects.toThrow("The alarm is closed.");
    const proxy = clientWith(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(proxy.client.get("/api/x/")).rejects.toThrow("The server answered 502.");
  });

  it("tells an unreachable server from a refusal", async () => {
    const { client } = clientWith(() => {
      throw new TypeError("Failed to fetch");
    });
    const failure = await client.get("/api/ward/").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect((failure as ApiError).status).toBe(0);
  });
});

describe("logging in", () => {
  it("keeps the session for this tab", async () => {
    const { client, sessions, storage } = clientWith(() => json(session()), false);
    const changed = vi.fn();
    sessions.subscribe(changed);
    await client.login("ama@example.org", "right");
    expect(changed).toHaveBeenCalledTimes(1);
    expect(new SessionStore(storage).get()?.user.first_name).toBe("Ama");
  });

  it("does not take a wrong password for an expired session", async () => {
    const { client, sessions, fetchFn } = clientWith(() => json({ title: "Unauthorized" }, 401), false);
    await expect(client.login("ama@example.org", "wrong")).rejects.toMatchObject({ status: 401 });
    expect(fetchFn).toHaveBeenCalledTimes(1);
    expect(sessions.notice()).toBeNull();
  });

  it("ends a session here even when the server cannot be told", async () => {
    const { client, sessions, fetchFn } = clientWith(() => {
      throw new TypeError("Failed to fetch");
    });
    await client.logOut();
    expect(sessions.get()).toBeNull();
    expect(fetchFn.mock.calls[0]?.[0]).toBe("/api/auth/logout/");
    expect(fetchFn.mock.calls[0]?.[1]?.body).toBe('{"refresh":"refresh-1"}');
  });

  it("ignores a stored session that is damaged", () => {
    const storage = memoryStorage();
    storage.setItem("jeghealth.session", "{broken");
    expect(new SessionStore(storage).get()).toBeNull();
    storage.setItem("jeghealth.session", '{"access":"only"}');
    expect(new SessionStore(storage).get()).toBeNull();
  });
});
