import type { News } from "../api/types";

const KINDS: Record<string, string> = {
  alarm: "Alarm",
  device: "Device",
  appointment: "Appointment",
  payment: "Payment",
  reminder: "Medicines",
  side_effect: "Side effect",
  achievement: "Goal",
  message: "Message",
  account: "Account",
  new_times: "New times",
  schedule_change: "Changed times",
  provider_welcome: "Provider",
  notice: "Notice",
};

/** What a kind of notification is called. */
export const kindText = (kind: string): string => KINDS[kind] ?? "Notice";

const moment = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function word(one: News, name: string): string {
  const value = one.payload[name];
  return typeof value === "string" ? value : "";
}

function when(one: News, name: string): string {
  const at = new Date(word(one, name));
  return Number.isNaN(at.getTime()) ? "" : moment.format(at);
}

/** What happened, in some words. */
export function titleOf(one: News): string {
  return one.title || word(one, "title") || kindText(one.kind);
}

/** What else there is to know of it; the words are those of its kind. */
export function detailOf(one: News): string {
  switch (one.kind) {
    case "alarm":
      return [word(one, "priority") && `${word(one, "priority")} priority`, word(one, "ward") && `ward ${word(one, "ward")}`, word(one, "bed") && `bed ${word(one, "bed")}`]
        .filter(Boolean)
        .join(", ");
    case "appointment":
    case "schedule_change":
      return [word(one, "other") || word(one, "provider"), when(one, "starts_at"), word(one, "place")].filter(Boolean).join(" · ");
    case "payment":
      return [word(one, "amount"), word(one, "currency")].filter(Boolean).join(" ");
    case "reminder":
      return [when(one, "due_at"), word(one, "text")].filter(Boolean).join(" · ");
    default:
      return word(one, "text");
  }
}

/** Pages to which mails lead with a secret that a list does not have: the account page instead. */
const MAIL_ONLY = ["/account/verify", "/account/reset"];

/** The page that a notification is about; null where there is none. */
export function pathOf(one: News): string | null {
  const path = word(one, "path");
  // An address of this application alone: two slashes would lead elsewhere.
  if (/^\/(?![/\\])/.test(path)) return MAIL_ONLY.some((other) => path.startsWith(other)) ? "/account" : path;
  const [about = "", id = ""] = one.subject.split(":");
  if (one.kind === "alarm") return "/alarms";
  if (one.kind === "payment" || one.kind === "account") return "/account";
  if (one.kind === "reminder") return "/medications";
  if (one.kind === "device" && about === "device") return `/devices/${encodeURIComponent(id)}`;
  if (one.kind === "appointment" || one.kind === "schedule_change") return about === "appointment" ? `/appointments?id=${encodeURIComponent(id)}` : "/appointments";
  return null;
}
