import type { Device } from "../api/types";

export type Tone = "good" | "warning" | "bad" | "quiet";

/** Kinds that somebody registers by hand; the API knows more. */
export const KINDS: Record<string, string> = {
  SMARTWATCH: "Smartwatch",
  FITNESS_TRACKER: "Fitness tracker",
  PULSE_OXIMETER: "Pulse oximeter",
  BLOOD_PRESSURE_MONITOR: "Blood pressure monitor",
  GLUCOSE_MONITOR: "Glucose monitor",
  THERMOMETER: "Thermometer",
  SCALE: "Scale",
  ECG: "ECG",
  PATIENT_MONITOR: "Patient monitor",
  OTHER: "Other",
};

export function deviceName(device: Pick<Device, "name" | "manufacturer" | "model" | "device_type">): string {
  const made = `${device.manufacturer} ${device.model}`.trim();
  return device.name || made || KINDS[device.device_type] || device.device_type;
}

/** What a device is now, in one or two words; its life before its presence. */
export function stateText(device: Pick<Device, "status" | "is_verified" | "is_online" | "last_seen">): { text: string; tone: Tone } {
  if (device.status === "REVOKED") return { text: "Revoked", tone: "bad" };
  if (device.status === "MAINTENANCE") return { text: "Maintenance", tone: "warning" };
  if (device.status === "INACTIVE") return { text: "Inactive", tone: "quiet" };
  if (!device.is_verified) return { text: "Not set up", tone: "warning" };
  if (device.is_online) return { text: "Online", tone: "good" };
  return device.last_seen ? { text: "Offline", tone: "quiet" } : { text: "Never heard", tone: "quiet" };
}
