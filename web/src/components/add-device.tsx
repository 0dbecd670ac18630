import { useState } from "react";
import type { FormEvent } from "react";
import type { DeviceRegistration } from "../api/types";
import { KINDS } from "../lib/devices";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Provisioning } from "./provisioning";

interface AddDeviceProps {
  /** What the newest registration told; its key is nowhere else. */
  told: DeviceRegistration | null;
  onTold: (told: DeviceRegistration | null) => void;
}

/** Registers a device of one's own, and shows once what it must be told. */
export function AddDevice({ told, onTold }: AddDeviceProps) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState("SMARTWATCH");
  const [name, setName] = useState("");
  if (told) return <Provisioning told={told} onDone={() => onTold(null)} />;
  if (!open) {
    return (
      <p className="devices__add">
        <button type="button" className="button button--primary" onClick={() => setOpen(true)}>
          Add a device
        </button>
      </p>
    );
  }
  const register = async (event: FormEvent) => {
    event.preventDefault();
    const body = { device_type: kind, name };
    await run(async () => {
      const answer = await client.post<DeviceRegistration>("/api/iot/devices/", body);
      setOpen(false);
      setName("");
      onTold(answer);
    });
  };
  return (
    <form className="panel device-form" onSubmit={(event) => void register(event)} aria-label="Add a device">
      <label>
        <span>Kind</span>
        <select value={kind} onChange={(event) => setKind(event.target.value)}>
          {Object.entries(KINDS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Name</span>
        <input value={name} maxLength={200} placeholder="As you call it" onChange={(event) => setName(event.target.value)} />
      </label>
      <div className="device-form__actions">
        <button type="submit" className="button button--primary" disabled={busy}>
          Register it
        </button>
        <button type="button" className="button" onClick={() => setOpen(false)}>
          Cancel
        </button>
      </div>
      {error && (
        <p className="device-form__error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
