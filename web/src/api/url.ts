/** What stands behind the question mark; a list is a parameter as often as it is long. */
export type Query = Record<string, string | number | readonly string[] | null | undefined>;

/** A path with its query; what is empty is left out. */
export function buildUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    if (typeof value === "object") value.forEach((one) => params.append(name, one));
    else params.set(name, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
