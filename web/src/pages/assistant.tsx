import { useCallback, useRef } from "react";
import { useLocation } from "wouter";
import type { AssistantStatus, Conversation } from "../api/types";
import { AssistantConsent } from "../components/assistant-consent";
import { AssistantList } from "../components/assistant-list";
import { AssistantTalk } from "../components/assistant-talk";
import { Loading, Message } from "../components/message";
import { modelText } from "../lib/assistant";
import { useFetched } from "../lib/use-fetched";
import { useList } from "../lib/use-list";
import { useLive } from "../live/provider";

/** Conversations with the assistant: a list, one of them, and the consent before the first. */
export function AssistantPage({ id }: { id: string | null }) {
  const { client } = useLive();
  const [, go] = useLocation();
  const status = useFetched<AssistantStatus>("/api/dr-jeg/", {});
  const list = useList<Conversation>("/api/dr-jeg/conversations/", { limit: "50" });
  /** The one conversation of all that is said before it is there. */
  const begun = useRef<Promise<string> | null>(null);
  const begin = useCallback(async () => {
    begun.current ??= client.post<Conversation>("/api/dr-jeg/conversations/", {}).then((made) => made.id);
    try {
      return await begun.current;
    } catch (failure) {
      begun.current = null;
      throw failure;
    }
  }, [client]);
  const { retry } = list;
  const onAnswer = useCallback(() => {
    if (id === null && begun.current) void begun.current.then((made) => go(`/assistant/${made}`, { replace: true }));
    else retry();
  }, [id, go, retry]);
  const onChanged = (gone: string | null) => {
    if (gone === id && gone !== null) go("/assistant");
    else retry();
  };
  if (status.error) {
    return (
      <Message title="Dr. Jeg cannot be shown" tone="error" onRetry={status.error.status === 403 ? undefined : status.retry}>
        <p>{status.error.status === 403 ? "Dr. Jeg answers patients about their own data." : status.error.message}</p>
      </Message>
    );
  }
  if (!status.data) return <Loading rows={5} label="Loading Dr. Jeg" />;
  return (
    <>
      <div className="toolbar">
        <h1>Dr. Jeg</h1>
        <p className="toolbar__summary">
          <span>Answers by {modelText(status.data.model)}. No doctor; in an emergency call for help.</span>
        </p>
      </div>
      {status.data.consented ? (
        <div className="assistant">
          <AssistantList list={list} current={id} onChanged={onChanged} />
          <AssistantTalk id={id} begin={begin} onAnswer={onAnswer} />
        </div>
      ) : (
        <AssistantConsent local={status.data.local} onAgreed={status.retry} />
      )}
    </>
  );
}
