import { useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Priority, User } from "../api/types";
import { PRIORITIES, countUnacknowledged } from "../lib/alarms";
import { isCurrent, navigation, type Entry, type PageIcon } from "../lib/navigation";
import { useLiveState } from "../live/provider";
import { AlarmIcon, BoardIcon, CalendarIcon, ChatIcon, CloseIcon, DeviceIcon, ExitIcon, MenuIcon, PanelIcon, PersonIcon, PillIcon, PulseIcon, ReportIcon, SearchIcon } from "./icons";

const ICONS: Record<PageIcon, () => React.ReactNode> = {
  vitals: PulseIcon,
  health: ReportIcon,
  pill: PillIcon,
  chat: ChatIcon,
  ward: BoardIcon,
  calendar: CalendarIcon,
  search: SearchIcon,
  device: DeviceIcon,
  alarm: AlarmIcon,
  panel: PanelIcon,
};

export function useUnacknowledged(): { total: number; highest: Priority | null } {
  const alarms = useLiveState((state) => state.alarms);
  const counts = countUnacknowledged(alarms?.values() ?? []);
  const highest = (["high", "medium", "low"] as const).find((priority) => counts[priority] > 0) ?? null;
  return { total: counts.high + counts.medium + counts.low, highest };
}

function alarmsLabel({ total, highest }: ReturnType<typeof useUnacknowledged>): string {
  return total === 0 ? "Alarms" : `Alarms, ${total} to acknowledge, highest ${highest ?? ""}`;
}

function AlarmCount() {
  const { total, highest } = useUnacknowledged();
  if (!highest) return null;
  return (
    <span className={`count count--${highest}`} title={`${total} to acknowledge`}>
      {PRIORITIES[highest].marks} {total}
    </span>
  );
}

/** Alarms in the header, where the pages are folded away: they are never out of sight. */
export function HeaderAlarms() {
  const waiting = useUnacknowledged();
  const [path] = useLocation();
  return (
    <Link href="/alarms" className="header__item header__alarms" aria-label={alarmsLabel(waiting)} aria-current={path === "/alarms" ? "page" : undefined}>
      <AlarmIcon />
      <AlarmCount />
    </Link>
  );
}

function PageLink({ entry }: { entry: Entry }) {
  const [path] = useLocation();
  const waiting = useUnacknowledged();
  const Icon = ICONS[entry.icon];
  const label = entry.icon === "alarm" ? alarmsLabel(waiting) : undefined;
  if (entry.outside) {
    return (
      <a href={entry.href} className="nav__link">
        <Icon />
        {entry.label}
      </a>
    );
  }
  return (
    <Link href={entry.href} className="nav__link" aria-label={label} aria-current={isCurrent(entry, path) ? "page" : undefined}>
      <Icon />
      {entry.label}
      {entry.icon === "alarm" && <AlarmCount />}
    </Link>
  );
}

/** The pages of a person, in groups. */
export function Navigation({ user }: { user: User }) {
  return (
    <nav className="nav" aria-label="Pages">
      {navigation(user).map(({ name, entries }) => (
        <div key={name} className="nav__group" role="group" aria-label={name}>
          <p className="nav__name" aria-hidden="true">
            {name}
          </p>
          {entries.map((entry) => (
            <PageLink key={entry.href} entry={entry} />
          ))}
        </div>
      ))}
    </nav>
  );
}

/** The same where there is no room beside the page: opens from the left, Escape closes it. */
export function Menu({ user, onLogOut }: { user: User; onLogOut: () => void }) {
  const [open, setOpen] = useState(false);
  const [path] = useLocation();
  const drawer = useRef<HTMLDialogElement>(null);
  const close = () => drawer.current?.close();
  useEffect(() => {
    if (open) drawer.current?.showModal();
  }, [open]);
  useEffect(close, [path]);
  return (
    <>
      <button type="button" className="header__item header__menu" aria-label="Menu" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
        <MenuIcon />
      </button>
      {open && (
        <dialog
          ref={drawer}
          className="menu"
          aria-label="Menu"
          onClose={() => setOpen(false)}
          onClick={(event) => {
            // The drawer itself is hit only beside what it holds; a link to the page one is on closes it, too.
            if (event.target === drawer.current || (event.target as Element).closest("a")) close();
          }}
        >
          <div className="menu__head">
            <strong>JEGHealth</strong>
            <button type="button" className="header__item" aria-label="Close the menu" onClick={close}>
              <CloseIcon />
            </button>
          </div>
          <Navigation user={user} />
          <div className="menu__end">
            <Link href="/account" className="nav__link" aria-current={path === "/account" ? "page" : undefined}>
              <PersonIcon />
              {user.first_name} {user.last_name}
            </Link>
            <button type="button" className="nav__link" onClick={onLogOut}>
              <ExitIcon />
              Log out
            </button>
          </div>
        </dialog>
      )}
    </>
  );
}
