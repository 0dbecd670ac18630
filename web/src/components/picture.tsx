import type { Profile } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Failure } from "./failure";

const PATH = "/api/auth/profile/image/";

/** Who it is, with a picture that can be changed. */
export function Picture({ profile, onChange }: { profile: Profile; onChange: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const change = async (work: () => Promise<void>) => {
    if (await run(work)) onChange();
  };
  const upload = (file: File | undefined) => {
    if (!file) return;
    const form = new FormData();
    form.append("image", file);
    void change(() => client.tell("PUT", PATH, form));
  };
  return (
    <section className="account__panel account__person" aria-label="Picture">
      {profile.profile_image ? (
        <img className="account__picture" src={profile.profile_image} alt="" />
      ) : (
        <span className="account__picture account__picture--none" aria-hidden="true">
          {profile.first_name.slice(0, 1)}
          {profile.last_name.slice(0, 1)}
        </span>
      )}
      <div>
        <h2>{profile.full_name}</h2>
        <p className="account__note">
          {profile.email} · {profile.is_email_verified ? "confirmed" : "not confirmed yet"}
        </p>
        <div className="account__buttons">
          <label className="button account__file">
            {profile.profile_image ? "Change picture" : "Add a picture"}
            <input
              type="file"
              className="visually-hidden"
              accept="image/jpeg,image/png,image/webp"
              disabled={busy}
              onChange={(event) => upload(event.target.files?.[0])}
            />
          </label>
          {profile.profile_image && (
            <button type="button" className="button button--quiet" disabled={busy} onClick={() => void change(() => client.tell("DELETE", PATH))}>
              Remove
            </button>
          )}
        </div>
        <Failure error={error} />
      </div>
    </section>
  );
}
