import { useState } from "react";
import type { AccountFound, Page } from "../api/types";
import { useFetched } from "../lib/use-fetched";
import { useSettled } from "../lib/use-settled";
import { Failure } from "./failure";

const PATH = "/api/users/";
const MOST = "8";

const nameOf = (one: AccountFound): string => [one.first_name, one.last_name].filter(Boolean).join(" ") || (one.email ?? "Without a name");

/** Whose account it is, as people know it. */
function Named({ id }: { id: string }) {
  const { data, error } = useFetched<Page<AccountFound>>(PATH, { text: id, limit: "1" });
  const one = data?.results[0];
  if (error) return <Failure error={error} />;
  if (!one) return <span>{data ? "An account that is no more" : "…"}</span>;
  return (
    <span>
      <strong>{nameOf(one)}</strong> {one.email}
      {!one.is_active && " · closed"}
    </span>
  );
}

function Search({ label, onChosen }: { label: string; onChosen: (one: AccountFound) => void }) {
  const [words, setWords] = useState("");
  const asked = useSettled(words.trim());
  return (
    <div className="med-search">
      <label>
        {label}
        <input type="search" value={words} maxLength={100} placeholder="Name of whoever logs in" autoComplete="off" onChange={(event) => setWords(event.target.value)} />
      </label>
      {asked && <Found words={asked} onChosen={onChosen} />}
    </div>
  );
}

function Found({ words, onChosen }: { words: string; onChosen: (one: AccountFound) => void }) {
  const { data, error, loading } = useFetched<Page<AccountFound>>(PATH, { text: words, limit: MOST });
  return (
    <>
      <Failure error={error} />
      <ul className="med-search__found" aria-label="Accounts found" aria-busy={loading}>
        {data?.results.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => onChosen(one)}>
              <strong>{nameOf(one)}</strong>
              <small>
                {one.email}
                {!one.is_active && " · closed"}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {data?.results.length === 0 && <p className="panel__empty">No account of that name.</p>}
      {data?.next && <small>There are more: type more of the name.</small>}
    </>
  );
}

interface AccountSearchProps {
  name: string;
  label: string;
  /** Id of the account that it is now. */
  value: string | null;
}

/** An account, found by name; the form has its id. */
export function AccountSearch({ name, label, value }: AccountSearchProps) {
  const [id, setId] = useState(value);
  return (
    <div className="form__wide">
      <input type="hidden" name={name} value={id ?? ""} />
      {id ? (
        <div className="form__chosen" role="group" aria-label={label}>
          <span className="form__name">{label}</span>
          <Named id={id} />
          <button type="button" className="button button--quiet" onClick={() => setId(null)}>
            Another one, or none
          </button>
        </div>
      ) : (
        <Search label={label} onChosen={(one) => setId(one.id)} />
      )}
    </div>
  );
}
