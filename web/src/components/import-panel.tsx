import { summaryText, type ImportSummary } from "../lib/entry";
import { FileImport } from "./file-import";

const ABOUT = "A CSV file with the columns time, metric, value and unit, or the export of Apple Health (export.zip). The same file again adds nothing.";

/** Brings along a file of readings: CSV, or what Apple Health exports. */
export function ImportPanel({ patient, onImported }: { patient: string; onImported: () => void }) {
  const query = { patient, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return (
    <FileImport
      title="Import a file"
      about={ABOUT}
      path="/api/health-metrics/imports/"
      query={query}
      accept=".csv,.xml,.zip,text/csv"
      told={(result) => summaryText(result as unknown as ImportSummary)}
      onImported={onImported}
    />
  );
}
