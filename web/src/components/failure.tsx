interface FailureProps {
  /** Null or left out: nothing failed. */
  error?: Error | string | null | undefined;
  onRetry?: (() => void) | undefined;
}

/** What did not work, in words; screen readers say it at once. */
export function Failure({ error, onRetry }: FailureProps) {
  if (!error) return null;
  return (
    <p className="failure" role="alert">
      {typeof error === "string" ? error : error.message}
      {onRetry && (
        <button type="button" className="button button--quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}
