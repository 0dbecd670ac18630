import { Link } from "wouter";
import type { Conversation } from "../api/types";
import type { useList } from "../lib/use-list";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";
import { More } from "./more";

interface ListProps {
  list: ReturnType<typeof useList<Conversation>>;
  current: string | null;
  onChanged: (gone: string | null) => void;
}

/** The user's conversations, the newest first. */
export function AssistantList({ list, current, onChanged }: ListProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const path = (one: Conversation) => `/api/dr-jeg/conversations/${one.id}/`;
  const rename = (one: Conversation) => {
    const title = window.prompt("Name of this conversation", one.title)?.trim();
    if (title) void run(() => client.tell("PATCH", path(one), { title })).then((done) => done && onChanged(null));
  };
  const remove = (one: Conversation) => {
    if (!window.confirm("Delete this conversation for good?")) return;
    void run(() => client.tell("DELETE", path(one))).then((done) => done && onChanged(one.id));
  };
  return (
    <nav className="panel talks" aria-label="Conversations">
      <Link href="/assistant" className="button button--primary">
        New conversation
      </Link>
      <Failure error={error} />
      {list.rows?.length === 0 && <p className="panel__empty">No conversations yet.</p>}
      <ul>
        {list.rows?.map((one) => (
          <li key={one.id} className="talk" aria-current={one.id === current ? "page" : undefined}>
            <Link href={`/assistant/${one.id}`} className="talk__link">
              <strong>{one.title || "New conversation"}</strong>
              <span className="talk__summary">{one.summary}</span>
            </Link>
            <span className="talk__actions">
              <button type="button" className="link" disabled={busy} onClick={() => rename(one)}>
                Rename
              </button>
              <button type="button" className="link" disabled={busy} onClick={() => remove(one)}>
                Delete
              </button>
            </span>
          </li>
        ))}
      </ul>
      <More list={list} first="Loading the conversations" />
    </nav>
  );
}
