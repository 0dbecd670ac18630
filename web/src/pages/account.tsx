import { useState } from "react";
import { AccessLog } from "../components/access-log";
import { Addresses } from "../components/addresses";
import { Authenticator } from "../components/authenticator";
import { ContactConsent } from "../components/contact-consent";
import { Loading, Message } from "../components/message";
import { PasskeyPanel } from "../components/passkeys";
import { PasswordForm } from "../components/password-form";
import { PaymentsPanel } from "../components/payments-panel";
import { Picture } from "../components/picture";
import { ProfileForm } from "../components/profile-form";
import { Sessions } from "../components/sessions";
import { ThisBrowser } from "../components/this-browser";
import { ToldForm } from "../components/told-form";
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
    if (!error) return <Loading rows={4} label="Loading your account" />;
    return (
      <Message title="Your account could not be read" tone="error" onRetry={retry}>
        <p>{error.message}</p>
      </Message>
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
      <ToldForm />
      <ThisBrowser />
      <ContactConsent key={profile.updated_at} />
      <PaymentsPanel userId={profile.id} />
      <Authenticator />
      <PasskeyPanel />
      <PasswordForm />
      <Sessions />
      <AccessLog />
      <ExportPanel />
      <ErasePanel />
    </div>
  );
}
