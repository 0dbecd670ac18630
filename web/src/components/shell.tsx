import { useEffect } from "react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { User } from "../api/types";
import { showsMonitors } from "../lib/navigation";
import { isOnlyPatient } from "../lib/people";
import { Announcer } from "./announcer";
import { ConnectionBar, ConnectionTag } from "./connection";
import { ExitIcon, Logo, PersonIcon } from "./icons";
import { HeaderAlarms, Menu, Navigation, useUnacknowledged } from "./navigation";
import { NewsLink } from "./news-link";

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
  // A patient is no ward: what they measured last says nothing of monitors.
  const monitors = !isOnlyPatient(user);
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
        <Menu user={user} onLogOut={onLogOut} />
        <Link href="/" className="header__brand" aria-label="JEGHealth, start page">
          <Logo />
          <span className="header__name">JEGHealth</span>
        </Link>
        <ConnectionTag monitors={monitors} />
        <HeaderAlarms />
        <NewsLink />
        <Link href="/account" className="header__item" title="My account" aria-current={path === "/account" ? "page" : undefined}>
          <PersonIcon />
          <span className="header__text">
            {user.first_name} {user.last_name}
          </span>
        </Link>
        <button type="button" className="header__item header__leave" onClick={onLogOut}>
          <ExitIcon />
          Log out
        </button>
      </header>
      <div className="frame">
        <aside className="side" aria-label="Navigation">
          <Navigation user={user} />
        </aside>
        <div>
          <ConnectionBar monitors={monitors && showsMonitors(path)} />
          <Announcer />
          <main id="main" className="main" tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
    </>
  );
}
