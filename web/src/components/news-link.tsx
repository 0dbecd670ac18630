import { Link, useLocation } from "wouter";
import type { NewsPage } from "../api/types";
import { useChanged } from "../lib/use-changed";
import { useFetched } from "../lib/use-fetched";
import { useLiveState } from "../live/provider";
import { BellIcon } from "./icons";

const COUNT_ONLY = { unread: "true", limit: "1" };
const MOST_SHOWN = 99;

/** The bell: how much the person was told and has not read. */
export function NewsLink() {
  const [path] = useLocation();
  const news = useLiveState((state) => state.news);
  const epoch = useLiveState((state) => state.epoch);
  const { data, retry } = useFetched<NewsPage>("/api/notifications/", COUNT_ONLY);
  // Both only rise: whenever either does, the count may be another one.
  useChanged(news + epoch, retry);
  const unread = data?.unread ?? 0;
  const label = unread === 0 ? "Notifications" : `Notifications, ${unread} unread`;
  return (
    <Link href="/notifications" className="header__item" aria-label={label} title={label} aria-current={path === "/notifications" ? "page" : undefined}>
      <BellIcon />
      {unread > 0 && <span className="count count--news">{unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}</span>}
    </Link>
  );
}
