import type { User } from "../api/types";
import { isOnlyPatient } from "./people";

export type PageIcon = "vitals" | "health" | "pill" | "chat" | "ward" | "calendar" | "search" | "device" | "alarm" | "panel";

export interface Entry {
  href: string;
  label: string;
  icon: PageIcon;
  /** Pages whose address begins with it belong to the entry; left out: none beside its own. */
  within?: string;
  /** Not a page of this application: the browser loads it. */
  outside?: boolean;
}

export interface Group {
  name: string;
  entries: Entry[];
}

const ALARMS: Entry = { href: "/alarms", label: "Alarms", icon: "alarm" };
const DEVICES: Entry = { href: "/devices", label: "Devices", icon: "device", within: "/devices" };
const PROVIDERS: Entry = { href: "/providers", label: "Providers", icon: "search", within: "/providers" };
const CATALOGUE: Entry = { href: "/catalogue", label: "Catalogue", icon: "pill" };
const PANEL: Entry = { href: "/admin/", label: "Admin panel", icon: "panel", outside: true };

function ofOneself(user: User): Entry[] {
  const mine = `/patients/${user.id}`;
  return [
    { href: mine, label: "My vitals", icon: "vitals" },
    { href: `${mine}/health`, label: "My health", icon: "health" },
    { href: `${mine}/medications`, label: "My medicines", icon: "pill", within: "/medications" },
    { href: "/assistant", label: "Dr. Jeg", icon: "chat", within: "/assistant" },
  ];
}

/** Where somebody begins: a patient at their vitals, whoever cares at the ward. */
export function homeOf(user: User): string {
  if (isOnlyPatient(user)) return `/patients/${user.id}`;
  return user.roles.some((role) => role !== "auditor" && role !== "patient") ? "/" : "/notifications";
}

/** The pages that somebody's roles let them use, in groups; what they may not use is not there. */
export function navigation(user: User): Group[] {
  const any = (...roles: string[]) => roles.some((role) => user.roles.includes(role));
  const groups: Group[] = [];
  if (any("clinician", "developer", "admin")) groups.push({ name: "Ward", entries: [{ href: "/", label: "Ward", icon: "ward" }, ALARMS] });
  if (any("patient")) groups.push({ name: "Health", entries: isOnlyPatient(user) ? [...ofOneself(user), ALARMS] : ofOneself(user) });
  const care: Entry[] = [PROVIDERS];
  if (any("clinician", "admin")) care.unshift({ href: "/appointments/day", label: "Appointments", icon: "calendar", within: "/appointments" });
  else if (any("patient")) care.push({ href: "/appointments", label: "Appointments", icon: "calendar", within: "/appointments" });
  groups.push({ name: "Care", entries: care });
  const means: Entry[] = any("patient", "clinician", "developer", "admin") ? [DEVICES] : [];
  if (any("admin")) means.push(CATALOGUE, PANEL);
  if (means.length > 0) groups.push({ name: any("admin") ? "Administration" : "Equipment", entries: means });
  return groups;
}

/** Whether a page has values or alarms of monitors on it. */
export const showsMonitors = (path: string): boolean => /^\/($|alarms$|patients\/)/.test(path);

/** Whether a page belongs to an entry, which is then marked as the current one. */
export function isCurrent(entry: Entry, path: string): boolean {
  return path === entry.href || (entry.within !== undefined && (path === entry.within || path.startsWith(`${entry.within}/`)));
}
