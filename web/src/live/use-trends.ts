import { useEffect, useRef, useState } from "react";
import type { Span, Trend, Vitals } from "../api/types";
import { withReading } from "../lib/trend";
import { useLive, useLiveState } from "./provider";

export interface Trends {
  /** By series; empty until the first answer. */
  bySeries: Readonly<Record<string, Trend>>;
  span: Span;
  loading: boolean;
  error: string | null;
}

/** One patient's trends over `span`, fetched again on every reload, and the newest readings on top. */
export function useTrends(patient: string, series: readonly string[], span: Span, vitals: Vitals): Trends & { retry: () => void } {
  const { client } = useLive();
  const epoch = useLiveState((state) => state.epoch);
  const [tries, setTries] = useState(0);
  const [trends, setTrends] = useState<Trends>({ bySeries: {}, span, loading: true, error: null });
  const applied = useRef<Record<string, string>>({});
  const newest = useRef(vitals);
  newest.current = vitals;
  const wanted = series.join();

  useEffect(() => {
    const abort = new AbortController();
    const metrics = wanted.split(",").filter(Boolean);
    setTrends((before) => {
      const nothing = before.error !== null || Object.keys(before.bySeries).length === 0;
      return { ...before, loading: nothing || before.span !== span };
    });
    const fetchAll = async () => {
      const known = Object.fromEntries(metrics.map((metric) => [metric, newest.current[metric]?.time ?? ""]));
      const answers = await Promise.all(
        metrics.map((metric) => client.get<Trend>("/api/health-metrics/trend/", { patient, metric, span }, abort.signal)),
      );
      applied.current = known;
      const bySeries = Object.fromEntries(answers.map((trend) => [trend.metric, trend]));
      setTrends({ bySeries, span, loading: false, error: null });
    };
    fetchAll().catch((error: unknown) => {
      if (abort.signal.aborted) return;
      setTrends((before) => ({ ...before, loading: false, error: error instanceof Error ? error.message : String(error) }));
    });
    return () => abort.abort();
  }, [client, patient, wanted, span, epoch, tries]);

  useEffect(() => {
    setTrends((before) => {
      const changed: Record<string, Trend> = {};
      for (const [metric, trend] of Object.entries(before.bySeries)) {
        const vital = vitals[metric];
        if (vital && vital.time > (applied.current[metric] ?? "")) {
          changed[metric] = withReading(trend, Date.parse(vital.time), vital.value);
        }
      }
      return Object.keys(changed).length > 0 ? { ...before, bySeries: { ...before.bySeries, ...changed } } : before;
    });
    for (const [metric, vital] of Object.entries(vitals)) if (vital) applied.current[metric] = vital.time;
  }, [vitals]);

  return { ...trends, retry: () => setTries((count) => count + 1) };
}
