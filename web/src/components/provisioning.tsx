import type { DeviceKey, DeviceRegistration } from "../api/types";

/** What a device must be told: scanned, or typed in. It is shown once. */
export function Provisioning({ told, onDone }: { told: DeviceRegistration | DeviceKey; onDone: () => void }) {
  return (
    <section className="panel provisioning" aria-label="Set up the device">
      <img src={told.qr_code.svg} alt="QR code with the device's id, key, broker and topics" width={220} height={220} />
      <div className="provisioning__text">
        <h2>Set up the device now</h2>
        <p>Let it scan this code, or type the key in. It is shown here once, and never again.</p>
        <dl>
          <dt>Device</dt>
          <dd>
            <code>{told.device_id}</code>
          </dd>
          <dt>Key</dt>
          <dd>
            <code>{told.api_key}</code>
          </dd>
        </dl>
        <button type="button" className="button button--primary" onClick={onDone}>
          I have set it up
        </button>
      </div>
    </section>
  );
}
