import { useState } from "react";
import { Link } from "wouter";
import type { Device, DeviceRegistration, Page } from "../api/types";
import { AddDevice } from "../components/add-device";
import { DeviceCard } from "../components/device-card";
import { Loading, Message } from "../components/message";
import { useFetched } from "../lib/use-fetched";

/** Every device that somebody looks after: their own, or those of patients in their care. */
export function DevicesPage() {
  const { data, error, retry } = useFetched<Page<Device>>("/api/iot/devices/", { limit: "100" });
  const [told, setTold] = useState<DeviceRegistration | null>(null);
  if (error && !data) {
    return (
      <Message title="The devices cannot be shown" tone="error" onRetry={retry}>
        <p>{error.message}</p>
        <Link href="/">Go to the start page</Link>
      </Message>
    );
  }
  const added = (registration: DeviceRegistration | null) => {
    setTold(registration);
    retry();
  };
  return (
    <>
      <div className="toolbar">
        <h1>Devices</h1>
        <p className="toolbar__summary">{data && <span>{data.next ? "The newest 100" : data.results.length}</span>}</p>
      </div>
      <AddDevice told={told} onTold={added} />
      {!data && <Loading rows={4} label="Loading the devices" />}
      {data?.results.length === 0 && <p className="panel panel__empty">No device is registered yet.</p>}
      <ul className="devices">
        {data?.results.map((device) => (
          <DeviceCard key={device.device_id} device={device} />
        ))}
      </ul>
    </>
  );
}
