import { useState } from "react";
import { Addresses } from "../components/addresses";
import { Authenticator } from "../components/authenticator";
import { Message } from "../components/message";
import { PasskeyPanel } from "../components/passkeys";
import { PasswordForm } from "../components/password-form";
import { PaymentsPanel } from "../components/payments-panel";
import { Picture } from "../components/picture";
import { ProfileForm } from "../components/profile-form";
import { Sessions } from "../components/sessions";
import { ErasePanel, ExportPanel } from "../components/your-data";
import type { Profile } from "../api/types";
import { useFetched } from "../lib/use-fetched";

const NONE = {};

/** One's own account: what it says, and who is logged in to it. */
export function AccountPage() {
  const { data, error, retry } = useFetched<Profile>("/api/auth/profile/", NONE);
  const [changed, setChanged] = useState<Profile | null>(null);
  const profile = changed ?? data;
  if (!profile) {
    return error ? (
      <Message title="Your account could not be read">
        <p>{error.message}</p>
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      </Message>
    ) : (
      <div className="loading" aria-label="Loading">
        <div className="loading__row" />
      </div>
    );
  }
  const refetch = () => {
    setChanged(null);
    retry();
  };
  return (
    <div className="account">
      <h1>My account</h1>
      <Picture profile={profile} onChange={refetch} />
      <ProfileForm profile={profile} key={profile.updated_at} onSaved={setChanged} />
      <Addresses profile={profile} onVerified={refetch} />
      <PaymentsPanel userId={profile.id} />
      <Authenticator />
      <PasskeyPanel />
      <PasswordForm />
      <Sessions />
      <ExportPanel />
      <ErasePanel />
    </div>
  );
}
