import { useEffect, useState } from "react";
import { ApiError } from "../api/client";
import type { Query } from "../api/url";
import { useLive } from "../live/provider";

interface Fetched<T> {
  data: T | null;
  /** ETag of `data`, by which it can be changed. */
  tag: string | null;
  error: ApiError | null;
  loading: boolean;
}

/** One answer of the API, asked for again when the query changes; the last one stays meanwhile. */
export function useFetched<T>(path: string, query: Query): Fetched<T> & { retry: () => void } {
  const { client } = useLive();
  const [tries, setTries] = useState(0);
  const [fetched, setFetched] = useState<Fetched<T>>({ data: null, tag: null, error: null, loading: true });
  const asked = JSON.stringify(query);
  useEffect(() => {
    const abort = new AbortController();
    setFetched((before) => ({ ...before, loading: true }));
    client.tagged<T>(path, JSON.parse(asked) as Query, abort.signal).then(
      (found) => setFetched({ ...found, error: null, loading: false }),
      (failure: unknown) => {
        if (abort.signal.aborted) return;
        const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure));
        setFetched((before) => ({ ...before, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [client, path, asked, tries]);
  return { ...fetched, retry: () => setTries((count) => count + 1) };
}
