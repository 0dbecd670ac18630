import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import type { Page } from "../api/types";
import type { Query } from "../api/url";
import { useLive } from "../live/provider";

interface Listed<T> {
  /** Null until the first answer. */
  rows: T[] | null;
  next: string | null;
  error: ApiError | null;
  loading: boolean;
}

const NOTHING = { rows: null, next: null, error: null, loading: true };

/** A list of the API, page after page: `more` adds one, `retry` asks anew for as much as is shown. */
export function useList<T>(path: string, query: Query) {
  const { client } = useLive();
  const asked = JSON.stringify(query);
  const [listed, setListed] = useState<Listed<T>>(NOTHING);
  const [tries, setTries] = useState(0);
  const shown = useRef({ asked: "", count: 0 });
  const abort = useRef(new AbortController());

  const fetchPage = useCallback(
    (cursor: string | null) =>
      client.get<Page<T>>(path, { ...(JSON.parse(asked) as Query), cursor }, abort.current.signal),
    [client, path, asked],
  );
  const failed = useCallback((failure: unknown) => {
    if (failure instanceof DOMException && failure.name === "AbortError") return;
    const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
    setListed((before) => ({ ...before, error, loading: false }));
  }, []);

  useEffect(() => {
    const mine = new AbortController();
    abort.current = mine;
    const name = `${path}?${asked}`;
    const wanted = shown.current.asked === name ? shown.current.count : 0;
    setListed((before) => ({ ...before, loading: true }));
    const load = async () => {
      const rows: T[] = [];
      let next: string | null = null;
      do {
        const page: Page<T> = await fetchPage(next);
        rows.push(...page.results);
        next = page.next;
      } while (next !== null && rows.length < wanted);
      if (mine.signal.aborted) return;
      shown.current = { asked: name, count: rows.length };
      setListed({ rows, next, error: null, loading: false });
    };
    load().catch(failed);
    return () => mine.abort();
  }, [fetchPage, failed, path, asked, tries]);

  const more = () => {
    if (listed.next === null || listed.loading) return;
    setListed((before) => ({ ...before, loading: true, error: null }));
    fetchPage(listed.next).then((page) => {
      shown.current.count += page.results.length;
      setListed((before) => ({ rows: [...(before.rows ?? []), ...page.results], next: page.next, error: null, loading: false }));
    }, failed);
  };
  return { ...listed, more, retry: () => setTries((count) => count + 1) };
}
