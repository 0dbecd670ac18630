import { createParser } from "eventsource-parser";
import type { ApiClient } from "../api/client";
import { ApiError } from "../api/client";
import type { ChatAnswer, ChatMessage, NumberSource } from "../api/types";

/** A message as the page has it: one that is being written has no id yet. */
export type Shown = Pick<ChatMessage, "sender" | "content" | "recommendations" | "follow_up_questions" | "red_flags" | "emergency_number"> & {
  id: string | null;
  outcome: ChatMessage["outcome"] | "writing";
  ai_model: string;
  sources: NumberSource[] | null;
};

export interface Piece {
  text: string;
  source: NumberSource | null;
}

/** A text cut at its numbers, each with where it came from. */
export function pieces(text: string, sources: NumberSource[] | null): Piece[] {
  const own = (sources ?? []).filter((one) => one.part === "response").sort((a, b) => a.start - b.start);
  const cut: Piece[] = [];
  let at = 0;
  // The API counts characters, JavaScript counts UTF-16 units.
  const characters = Array.from(text);
  for (const source of own) {
    if (source.start < at || characters.slice(source.start, source.end).join("") !== source.quote) continue;
    if (source.start > at) cut.push({ text: characters.slice(at, source.start).join(""), source: null });
    cut.push({ text: source.quote, source });
    at = source.end;
  }
  if (at < characters.length) cut.push({ text: characters.slice(at).join(""), source: null });
  return cut;
}

export function said(content: string): Shown {
  return {
    id: null,
    sender: "user",
    content,
    recommendations: [],
    follow_up_questions: [],
    red_flags: [],
    emergency_number: null,
    outcome: "answered",
    ai_model: "",
    sources: null,
  };
}

export function kept(message: ChatMessage): Shown {
  return { ...message, sources: null };
}

export function answered(answer: ChatAnswer): Shown {
  return { ...answer, id: answer.message_id, sender: "assistant", content: answer.response };
}

interface Listener {
  onText: (text: string) => void;
  onReplace: (text: string) => void;
}

/** Says something and reads the answer while it is written; the whole answer at the end. */
export async function ask(client: ApiClient, conversation: string, message: string, listener: Listener, signal: AbortSignal): Promise<ChatAnswer> {
  const path = `/api/dr-jeg/conversations/${conversation}/chat/stream/`;
  const response = await client.say(path, { message }, crypto.randomUUID(), signal);
  if (!response.body) throw new ApiError(0, "The answer has no body.");
  let done: ChatAnswer | null = null;
  let problem: ApiError | null = null;
  const parser = createParser({
    onEvent: ({ event, data }) => {
      const told = JSON.parse(data) as { text: string; status: number; title: string };
      if (event === "text") listener.onText(told.text);
      else if (event === "replace") listener.onReplace(told.text);
      else if (event === "problem") problem = new ApiError(told.status, told.title);
      else if (event === "done") done = JSON.parse(data) as ChatAnswer;
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done: ended, value } = await reader.read();
    if (ended) break;
    parser.feed(value);
  }
  if (problem) throw problem as ApiError;
  if (!done) throw new ApiError(0, "The answer broke off. Open the conversation again to see it.");
  return done;
}

const MODELS: Record<string, string> = {
  "jeg-local-1": "fixed rules, on this system",
  "jeg-red-flags-1": "fixed rules for emergencies",
  "jeg-booking-1": "the booking desk",
};

/** What answered, in words. */
export function modelText(model: string): string {
  return MODELS[model] ?? model;
}
