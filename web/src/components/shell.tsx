import { useEffect } from "react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { Priority, User } from "../api/types";
import { PRIORITIES, countUnacknowledged } from "../lib/alarms";
import { isOnlyPatient } from "../lib/people";
import { useLiveState } from "../live/provider";
import { Announcer } from "./announcer";
import { ConnectionBar, ConnectionTag } from "./connection";
import { BellIcon, BoardIcon, CalendarIcon, ChatIcon, DeviceIcon, ExitIcon, Logo, PersonIcon, PillIcon, ReportIcon, SearchIcon } from "./icons";

function useUnacknowledged(): { total: number; highest: Priority | null } {
  const alarms = useLiveState((state) => state.alarms);
  const counts = countUnacknowledged(alarms?.values() ?? []);
  const highest = (["high", "medium", "low"] as const).find((priority) => counts[priority] > 0) ?? null;
  return { total: counts.high + counts.medium + counts.low, highest };
}

function AlarmLink() {
  const { total, highest } = useUnacknowledged();
  const [path] = useLocation();
  const label = total === 0 ? "Alarms" : `Alarms, ${total} to acknowledge, highest ${highest ?? ""}`;
  return (
    <Link href="/alarms" className="nav__link" aria-label={label} aria-current={path === "/alarms" ? "page" : undefined}>
      <BellIcon />
      <span className="nav__text">Alarms</span>
      {highest && (
        <span className={`count count--${highest}`} title={`${total} to acknowledge`}>
          {PRIORITIES[highest].marks} {total}
        </span>
      )}
    </Link>
  );
}

function AppointmentsLink({ user }: { user: User }) {
  const [path] = useLocation();
  const href = isOnlyPatient(user) ? "/appointments" : "/appointments/day";
  return (
    <Link href={href} className="nav__link" aria-current={path === href ? "page" : undefined}>
      <CalendarIcon />
      <span className="nav__text">Appointments</span>
    </Link>
  );
}

/** Shown in the browser's tab, where it is seen from another tab. */
function useTitle(): void {
  const { total } = useUnacknowledged();
  useEffect(() => {
    document.title = total > 0 ? `(${total}) JEGHealth` : "JEGHealth";
  }, [total]);
}

/** Header, navigation and connection state around every page. */
export function Shell({ user, onLogOut, children }: { user: User; onLogOut: () => void; children: ReactNode }) {
  const [path] = useLocation();
  const home = isOnlyPatient(user) ? `/patients/${user.id}` : "/";
  useTitle();
  useEffect(() => {
    // Newer browsers give a promise back, which is no clean-up.
    void window.scrollTo(0, 0);
  }, [path]);
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="header">
        <Link href="/" className="header__brand" aria-label="JEGHealth, start page">
          <Logo />
          <span className="header__name">JEGHealth</span>
        </Link>
        <nav className="nav" aria-label="Pages">
          <Link href="/" className="nav__link" aria-current={path === home ? "page" : undefined}>
            <BoardIcon />
            <span className="nav__text">{home === "/" ? "Ward" : "My vitals"}</span>
          </Link>
          {home !== "/" && (
            <Link href={`${home}/health`} className="nav__link" aria-current={path === `${home}/health` ? "page" : undefined}>
              <ReportIcon />
              <span className="nav__text">My health</span>
            </Link>
          )}
          {home !== "/" && (
            <Link href={`${home}/medications`} className="nav__link" aria-current={path === `${home}/medications` ? "page" : undefined}>
              <PillIcon />
              <span className="nav__text">My medicines</span>
            </Link>
          )}
          {home !== "/" && (
            <Link href="/assistant" className="nav__link" aria-current={path.startsWith("/assistant") ? "page" : undefined}>
              <ChatIcon />
              <span className="nav__text">Dr. Jeg</span>
            </Link>
          )}
          <Link href="/providers" className="nav__link" aria-current={path.startsWith("/providers") ? "page" : undefined}>
            <SearchIcon />
            <span className="nav__text">Providers</span>
          </Link>
          <AppointmentsLink user={user} />
          <AlarmLink />
          <Link href="/devices" className="nav__link" aria-current={path.startsWith("/devices") ? "page" : undefined}>
            <DeviceIcon />
            <span className="nav__text">Devices</span>
          </Link>
        </nav>
        <ConnectionTag />
        <Link href="/account" className="header__user" title="My account" aria-current={path === "/account" ? "page" : undefined}>
          <PersonIcon />
          <span className="header__who">
            {user.first_name} {user.last_name}
          </span>
        </Link>
        <button type="button" className="button button--quiet" onClick={onLogOut} title="Log out">
          <ExitIcon />
          <span className="header__leave">Log out</span>
        </button>
      </header>
      <ConnectionBar />
      <Announcer />
      <main id="main" className="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
