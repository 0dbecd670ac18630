import { Failure } from "./failure";

interface MoreProps {
  list: { rows: unknown[] | null; next: string | null; loading: boolean; error: { message: string } | null; more: () => void };
}

/** Below a list: asks for its next page, and says why none came. */
export function More({ list }: MoreProps) {
  if (list.rows === null) return null;
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
