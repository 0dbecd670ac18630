import { Link } from "wouter";
import type { Device, DeviceHealth } from "../api/types";
import { Age } from "../components/age";
import { DeviceActions } from "../components/device-actions";
import { DoctorReportPanel } from "../components/doctor-report";
import { BackIcon } from "../components/icons";
import { Loading, Message } from "../components/message";
import { deviceName, stateText } from "../lib/devices";
import { useFetched } from "../lib/use-fetched";

function Health({ health }: { health: DeviceHealth }) {
  const facts: [string, string][] = [
    ["Connection", health.connectivity.toLowerCase()],
    ["Data quality", health.data_quality.toLowerCase()],
    ["Battery", health.battery_level === null ? "unknown" : `${Math.round(health.battery_level)} %`],
    ["Messages missing", String(health.measured.missing)],
  ];
  return (
    <section className="panel" aria-label="Health">
      <h2>Health</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>Maintained</dt>
          <dd>{health.last_maintenance ? <Age time={health.last_maintenance} /> : "never"}</dd>
        </div>
      </dl>
      {health.issues.length === 0 && <p className="device__note">Nothing needs looking after.</p>}
      <ul className="checks">
        {health.issues.map((issue) => (
          <li key={issue.code} className={`check check--${issue.severity}`}>
            <span className="check__mark" aria-hidden="true">
              !
            </span>
            <div>{issue.message}</div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One device: how it is, what its firmware does, and what can be done with it. */
export function DevicePage({ id }: { id: string }) {
  const device = useFetched<Device>(`/api/iot/devices/${id}/`, {});
  const health = useFetched<DeviceHealth>(`/api/iot/devices/${id}/health/`, {});
  if (device.error && !device.data) {
    const unknown = [403, 404, 422].includes(device.error.status);
    return (
      <Message title={unknown ? "There is no such device" : "The device cannot be shown"} tone="error" onRetry={unknown ? undefined : device.retry}>
        <Link href="/devices">Go to the devices</Link>
      </Message>
    );
  }
  if (!device.data) return <Loading rows={4} label="Loading the device" />;
  const shown = device.data;
  const state = stateText(shown);
  const again = () => {
    device.retry();
    health.retry();
  };
  return (
    <>
      <div className="toolbar">
        <Link href="/devices" className="back" aria-label="Back to the devices">
          <BackIcon />
        </Link>
        <h1>{deviceName(shown)}</h1>
        <p className="toolbar__summary">
          <span className={`device-state device-state--${state.tone}`}>{state.text}</span>
          {shown.last_seen && (
            <span>
              heard <Age time={shown.last_seen} />
            </span>
          )}
        </p>
      </div>
      <div className="device">
        <DeviceActions device={shown} onChanged={again} />
        {health.data ? <Health health={health.data} /> : <Loading rows={2} label="Loading its health" />}
        <DoctorReportPanel id={id} />
      </div>
    </>
  );
}
