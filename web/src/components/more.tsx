import { Failure } from "./failure";
import { Loading } from "./message";

interface MoreProps {
  list: { rows: unknown[] | null; next: string | null; loading: boolean; error: Error | null; more: () => void; retry: () => void };
  /** Said until the first page is there; left out where the page says it itself, with why it did not come. */
  first?: string;
}

/** Below a list: asks for its next page, and says why none came. */
export function More({ list, first }: MoreProps) {
  if (list.rows === null) {
    if (!first) return null;
    return list.error ? <Failure error={list.error} onRetry={list.retry} /> : <Loading rows={2} label={first} />;
  }
  return (
    <>
      <Failure error={list.error} />
      {list.next !== null && (
        <button type="button" className="button more" disabled={list.loading} onClick={list.more}>
          {list.loading ? "Loading…" : "More"}
        </button>
      )}
    </>
  );
}
