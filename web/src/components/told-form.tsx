import { useState, type FormEvent } from "react";
import type { NoticePreferences } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PATH = "/api/notifications/preferences/";
const NONE = {};
const CHANNELS = [
  { name: "email", label: "E-mail" },
  { name: "sms", label: "Text message" },
  { name: "push", label: "Push" },
] as const;

type Chosen = NoticePreferences["channels"];
type Kind = NoticePreferences["kinds"][number];

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface KindRowProps {
  kind: Kind;
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
}

/** Over which channels one kind goes, beside the list in the application. */
function KindRow({ kind, chosen, onChange }: KindRowProps) {
  const now = chosen[kind.kind] ?? kind.channels;
  return (
    <tr>
      <th scope="row">{sentence(kind.about)}</th>
      {CHANNELS.map(({ name, label }) => {
        const must = kind.required && name === "email";
        const others = now.filter((one) => one !== name);
        return (
          <td key={name}>
            <input
              type="checkbox"
              aria-label={`${sentence(kind.about)}: ${label}`}
              checked={must || now.includes(name)}
              disabled={must}
              onChange={(event) => onChange({ ...chosen, [kind.kind]: event.target.checked ? [...others, name] : others })}
            />
          </td>
        );
      })}
    </tr>
  );
}

/** How one wants to be told: channels of each kind, quiet hours, the language. */
export function ToldForm() {
  const { client } = useLive();
  const fetched = useFetched<NoticePreferences>(PATH, NONE);
  const { run, busy, error } = useTask();
  const [saved, setSaved] = useState<{ data: NoticePreferences; tag: string | null } | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [said, setSaid] = useState("");
  const data = saved?.data ?? fetched.data;
  const tag = saved ? saved.tag : fetched.tag;
  if (!data) return <Failure error={fetched.error} onRetry={fetched.retry} />;
  const channels = chosen ?? data.channels;
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setSaid("");
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "") || null;
    const body = { channels, quiet_from: text("quiet_from"), quiet_until: text("quiet_until"), language: text("language"), time_zone: data.time_zone };
    const done = await run(async () => {
      setSaved(await client.edit<NoticePreferences>("PUT", PATH, body, tag));
      setChosen(null);
    });
    if (done) setSaid("Saved.");
  };
  return (
    <form className="account__panel" onSubmit={(event) => void save(event)} aria-label="How you are told">
      <h2>How you are told</h2>
      <p className="account__note">Everything stands in your notifications, whatever you choose here.</p>
      <table className="account__kinds">
        <thead>
          <tr>
            <th scope="col">About</th>
            {CHANNELS.map(({ name, label }) => (
              <th scope="col" key={name}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.kinds.map((kind) => (
            <KindRow key={kind.kind} kind={kind} chosen={channels} onChange={setChosen} />
          ))}
        </tbody>
      </table>
      <div className="account__fields">
        <label className="account__field">
          <span>Quiet from</span>
          <input name="quiet_from" type="time" defaultValue={data.quiet_from?.slice(0, 5) ?? ""} />
        </label>
        <label className="account__field">
          <span>Quiet until</span>
          <input name="quiet_until" type="time" defaultValue={data.quiet_until?.slice(0, 5) ?? ""} />
        </label>
        <label className="account__field">
          <span>Language of messages</span>
          <select name="language" defaultValue={data.language}>
            <option value="en">English</option>
            <option value="fr">Français</option>
          </select>
        </label>
      </div>
      <p className="account__note">Alarms of high priority keep to no quiet hours.</p>
      <Failure error={error} />
      {said && <p role="status">{said}</p>}
      <button type="submit" className="button" disabled={busy}>
        Save
      </button>
    </form>
  );
}
