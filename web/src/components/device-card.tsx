import { Link } from "wouter";
import type { Device } from "../api/types";
import { deviceName, stateText } from "../lib/devices";
import { Age } from "./age";

/** One device in the list: what it is, whether it is there, its charge, when it was heard. */
export function DeviceCard({ device }: { device: Device }) {
  const state = stateText(device);
  return (
    <li>
      <Link href={`/devices/${device.device_id}`} className="panel device-card">
        <strong className="device-card__name">{deviceName(device)}</strong>
        <span className={`device-state device-state--${state.tone}`}>{state.text}</span>
        <span className="device-card__fact">
          Battery <b>{device.battery_level === null ? "unknown" : `${Math.round(device.battery_level)} %`}</b>
        </span>
        <span className="device-card__fact">
          Heard <b>{device.last_seen ? <Age time={device.last_seen} /> : "never"}</b>
        </span>
      </Link>
    </li>
  );
}
