import type { ReactNode } from "react";

interface MessageProps {
  title: string;
  tone?: "plain" | "error";
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}

/** A whole page, or part of one, that has nothing to show: says why and what to do. */
export function Message({ title, tone = "plain", onRetry, children }: MessageProps) {
  return (
    <div className={`message message--${tone}`} role={tone === "error" ? "alert" : undefined}>
      <h2>{title}</h2>
      {children}
      {onRetry && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Grey shapes in place of what is being fetched. */
export function Loading({ rows, label }: { rows: number; label: string }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div className="loading__row" key={i} />
      ))}
    </div>
  );
}
