const KEPT_MS = 60_000;

/** Saves a file that was fetched. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

/** Shows a page that was fetched in a tab of its own; saves it where the browser opens none. */
export function showFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  // The page keeps to the rules of this one: nothing in it runs.
  if (window.open(url, "_blank") === null) saveFile(blob, name);
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
