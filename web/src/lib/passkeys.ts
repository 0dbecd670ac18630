import type { PasskeyOptions } from "../api/types";

type Answer = { id: string; credential: unknown };

/** Whether this browser can make passkeys and take the options as the API sends them. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

function answerOf(options: PasskeyOptions, credential: Credential | null): Answer {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("No passkey was chosen.");
  return { id: options.id, credential: credential.toJSON() };
}

/** In words instead of the browser's. */
function said(failure: unknown): Error {
  const known = failure instanceof DOMException;
  if (known && failure.name === "InvalidStateError") return new Error("This device has a passkey of this account already.");
  if (known && failure.name === "SecurityError") {
    return new Error("Passkeys are for the name of this site, not for its address: on the machine itself, open it as localhost.");
  }
  if (known && failure.name === "NotAllowedError") return new Error("No passkey was chosen, or it took too long.");
  return failure instanceof Error ? failure : new Error("The passkey did not work.");
}

/** Has the browser make a passkey. */
export async function makePasskey(options: PasskeyOptions): Promise<Answer> {
  const json = options.public_key as unknown as PublicKeyCredentialCreationOptionsJSON;
  try {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json);
    return answerOf(options, await navigator.credentials.create({ publicKey }));
  } catch (failure) {
    throw said(failure);
  }
}

/** Has the browser show a passkey. */
export async function showPasskey(options: PasskeyOptions): Promise<Answer> {
  const json = options.public_key as unknown as PublicKeyCredentialRequestOptionsJSON;
  try {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    return answerOf(options, await navigator.credentials.get({ publicKey }));
  } catch (failure) {
    throw said(failure);
  }
}
