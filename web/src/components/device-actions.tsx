import { useState } from "react";
import type { Device, DeviceKey } from "../api/types";
import { useTask } from "../lib/use-task";
import { useLive } from "../live/provider";
import { Provisioning } from "./provisioning";

/** What can be done with a device; what cannot be undone asks twice. */
export function DeviceActions({ device, onChanged }: { device: Device; onChanged: () => void }) {
  const { client } = useLive();
  const { run, busy, error } = useTask();
  const [told, setTold] = useState<DeviceKey | null>(null);
  const [sure, setSure] = useState(false);
  const path = `/api/iot/devices/${device.device_id}/`;
  if (device.status === "REVOKED") return <p className="device__note">This device is revoked, for good. Its readings stay.</p>;
  const act = async (work: () => Promise<unknown>) => {
    if (await run(work)) onChanged();
  };
  const rotate = () =>
    act(async () => {
      setTold(await client.post<DeviceKey>(`${path}rotate-key/`));
    });
  const maintained = device.status === "MAINTENANCE";
  const maintain = () => act(() => client.tell(maintained ? "PUT" : "POST", `${path}maintenance/`, {}));
  const revoke = () => act(() => client.tell("POST", `${path}revoke/`));
  return (
    <>
      {told && <Provisioning told={told} onDone={() => setTold(null)} />}
      <div className="device-actions">
        <button type="button" className="button" disabled={busy} onClick={() => void maintain()}>
          {maintained ? "Finish maintenance" : "Begin maintenance"}
        </button>
        <button type="button" className="button" disabled={busy} onClick={() => void rotate()}>
          New key
        </button>
        {!sure && (
          <button type="button" className="button" disabled={busy} onClick={() => setSure(true)}>
            Revoke…
          </button>
        )}
        {sure && (
          <>
            <button type="button" className="button device-actions__end" disabled={busy} onClick={() => void revoke()}>
              Revoke it for good
            </button>
            <button type="button" className="button" onClick={() => setSure(false)}>
              Keep it
            </button>
          </>
        )}
      </div>
      {error && (
        <p className="device-form__error" role="alert">
          {error}
        </p>
      )}
    </>
  );
}
