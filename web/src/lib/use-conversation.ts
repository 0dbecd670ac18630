import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../api/client";
import type { BookingProposal, ChatAnswer, ChatMessage, ConversationDetail, ProposalDecision } from "../api/types";
import { useLive } from "../live/provider";
import type { Shown } from "./assistant";
import { answered, ask, kept, said } from "./assistant";

/** The newest are shown, so many; the API gives as many at once. */
const MOST_MESSAGES = 500;

interface Talk {
  messages: Shown[];
  proposal: BookingProposal | null;
  busy: boolean;
  error: string | null;
  loading: boolean;
  say: (text: string) => Promise<void>;
  interrupt: (text: string) => Promise<boolean>;
  decide: (accepted: boolean) => Promise<void>;
}

async function everything(read: (cursor: string | null) => Promise<ConversationDetail>): Promise<{ said: ChatMessage[]; proposal: BookingProposal | null }> {
  let found: ChatMessage[] = [];
  let cursor: string | null = null;
  let proposal: BookingProposal | null = null;
  do {
    const page: ConversationDetail = await read(cursor);
    found = [...found, ...page.messages].slice(-MOST_MESSAGES);
    proposal = page.booking_proposal;
    cursor = page.next ?? null;
  } while (cursor !== null);
  return { said: found, proposal };
}

/** The messages with these after all that is said, and before what is being written. */
function beside(before: Shown[], more: Shown[]): Shown[] {
  const end = before.at(-1)?.outcome === "writing" ? before.length - 1 : before.length;
  return [...before.slice(0, end), ...more, ...before.slice(end)];
}

/** One conversation: what was said, what is being said, and what waits for a yes. */
export function useConversation(id: string | null, begin: () => Promise<string>, onAnswer: () => void): Talk {
  const { client } = useLive();
  const [messages, setMessages] = useState<Shown[]>([]);
  const [proposal, setProposal] = useState<BookingProposal | null>(null);
  const [busy, setBusy] = useState(false);
  const [loading, setLoading] = useState(id !== null);
  const [error, setError] = useState<string | null>(null);
  const abort = useRef(new AbortController());

  useEffect(() => {
    const leaving = new AbortController();
    abort.current = leaving;
    if (id === null) return () => leaving.abort();
    everything((cursor) => client.get<ConversationDetail>(`/api/dr-jeg/conversations/${id}/`, { cursor, limit: MOST_MESSAGES }, leaving.signal)).then(
      (found) => {
        setMessages(found.said.map(kept));
        setProposal(found.proposal);
        setLoading(false);
      },
      (failure: unknown) => {
        if (leaving.signal.aborted) return;
        setError(failure instanceof ApiError ? failure.message : "It failed.");
        setLoading(false);
      },
    );
    return () => leaving.abort();
  }, [client, id]);

  const say = useCallback(
    async (text: string) => {
      setBusy(true);
      setError(null);
      setProposal(null);
      const writing: Shown = { ...said(""), sender: "assistant", outcome: "writing" };
      setMessages((before) => [...before, said(text), writing]);
      const change = (made: (last: Shown) => Shown) =>
        setMessages((before) => before.map((one, place) => (place === before.length - 1 ? made(one) : one)));
      try {
        const conversation = id ?? (await begin());
        const answer = await ask(
          client,
          conversation,
          text,
          {
            onText: (more) => change((last) => ({ ...last, content: last.content + more })),
            onReplace: (whole) => change((last) => ({ ...last, content: whole })),
          },
          abort.current.signal,
        );
        change(() => answered(answer));
        setProposal(answer.booking_proposal);
        onAnswer();
      } catch (failure) {
        if (abort.current.signal.aborted) return;
        setMessages((before) => before.slice(0, -1));
        setError(failure instanceof Error ? failure.message : "It failed.");
      } finally {
        setBusy(false);
      }
    },
    [client, id, begin, onAnswer],
  );

  /** Says something while an answer is made: an emergency is answered at once. False: not yet. */
  const interrupt = useCallback(
    async (text: string) => {
      setError(null);
      try {
        const conversation = id ?? (await begin());
        const answer = await client.post<ChatAnswer>(`/api/dr-jeg/conversations/${conversation}/chat/`, { message: text });
        setMessages((before) => beside(before, [said(text), answered(answer)]));
        return true;
      } catch (failure) {
        setError(failure instanceof Error ? failure.message : "It failed.");
        return false;
      }
    },
    [client, id, begin],
  );

  const decide = useCallback(
    async (accepted: boolean) => {
      if (!proposal || id === null) return;
      setBusy(true);
      setError(null);
      try {
        const path = `/api/dr-jeg/conversations/${id}/proposals/${proposal.id}/${accepted ? "accept" : "decline"}/`;
        const { message } = await client.post<ProposalDecision>(path);
        setMessages((before) => [...before, said(accepted ? "Yes" : "No"), kept(message)]);
        setProposal(null);
      } catch (failure) {
        setError(failure instanceof Error ? failure.message : "It failed.");
      } finally {
        setBusy(false);
      }
    },
    [client, id, proposal],
  );

  return { messages, proposal, busy, error, loading, say, interrupt, decide };
}
