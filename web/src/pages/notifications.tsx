import { useState } from "react";
import { Link } from "wouter";
import type { News } from "../api/types";
import { Failure } from "../components/failure";
import { AlarmIcon, BellIcon, CalendarIcon, CardIcon, DeviceIcon, PersonIcon, PillIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { More } from "../components/more";
import { detailOf, kindText, pathOf, titleOf } from "../lib/news";
import { momentText } from "../lib/time";
import { useChanged } from "../lib/use-changed";
import { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive, useLiveState } from "../live/provider";

const ICONS: Record<string, () => React.ReactNode> = {
  alarm: AlarmIcon,
  appointment: CalendarIcon,
  schedule_change: CalendarIcon,
  new_times: CalendarIcon,
  payment: CardIcon,
  reminder: PillIcon,
  side_effect: PillIcon,
  prescription: PillIcon,
  device: DeviceIcon,
  account: PersonIcon,
};

function Item({ one, onRead }: { one: News; onRead: (id: string) => void }) {
  const Icon = ICONS[one.kind] ?? BellIcon;
  const href = pathOf(one);
  const detail = detailOf(one);
  const unread = one.read_at === null;
  const read = () => unread && onRead(one.id);
  return (
    <li className={`news panel ${unread ? "news--unread" : ""}`} aria-label={`${unread ? "Unread: " : ""}${titleOf(one)}`}>
      <Icon />
      <div className="news__what">
        {href ? (
          <Link href={href} className="news__title" onClick={read}>
            {titleOf(one)}
          </Link>
        ) : (
          <strong className="news__title">{titleOf(one)}</strong>
        )}
        {detail && <p>{detail}</p>}
        <p className="news__when">
          {kindText(one.kind)} · <time dateTime={one.created_at}>{momentText(Date.parse(one.created_at))}</time>
          {one.urgent && " · urgent"}
        </p>
      </div>
      {unread && (
        <button type="button" className="button button--quiet" onClick={read}>
          Mark as read
        </button>
      )}
    </li>
  );
}

/** What the person was told, the newest first; each leads to what it is about. */
export function NotificationsPage() {
  const { client, store } = useLive();
  const [only, setOnly] = useState(false);
  const list = useList<News>("/api/notifications/", only ? { unread: "true", limit: "30" } : { limit: "30" });
  const { run, error } = useTask();
  useChanged(useLiveState((state) => state.news), list.retry);
  const read = async (ids?: string[]) => {
    if (await run(() => client.post("/api/notifications/read/", ids ? { ids } : {}))) store.noteNews();
  };
  if (list.error && !list.rows) {
    return (
      <Message title="Notifications cannot be shown" tone="error" onRetry={list.retry}>
        <p>{list.error.message}</p>
      </Message>
    );
  }
  const rows = list.rows ?? [];
  return (
    <>
      <div className="toolbar">
        <h1>Notifications</h1>
        <p className="toolbar__summary" />
        <div className="segments" role="group" aria-label="Which">
          <button type="button" aria-pressed={!only} onClick={() => setOnly(false)}>
            All
          </button>
          <button type="button" aria-pressed={only} onClick={() => setOnly(true)}>
            Unread
          </button>
        </div>
        {rows.some((one) => one.read_at === null) && (
          <button type="button" className="button" onClick={() => void read()}>
            Mark all as read
          </button>
        )}
      </div>
      <Failure error={error} />
      {!list.rows && <Loading rows={4} label="Loading notifications" />}
      {list.rows && rows.length === 0 && <p className="panel panel__empty">{only ? "Everything is read." : "Nobody told you anything yet."}</p>}
      <ul className="news-list" aria-label="Notifications">
        {rows.map((one) => (
          <Item key={one.id} one={one} onRead={(id) => void read([id])} />
        ))}
      </ul>
      <More list={list} />
    </>
  );
}
