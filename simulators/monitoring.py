"""The ward's Prometheus page. Counts only: no device, patient or value is named."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Gauge, start_http_server

from simulators.device import Device

READY_SHARE = 0.5


class WardMetrics:
    """Gauges that are refreshed from the devices' own counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the gauges."""

        def gauge(name: str, text: str) -> Gauge:
            return Gauge(name, text, registry=registry)

        self._ready = gauge("jeg_ready", "1 when at least half of the devices are connected.")
        self._devices = gauge("jeg_simulator_devices", "Devices that this process plays.")
        self._connected = gauge("jeg_simulator_connected", "Devices that are connected now.")
        self._published = gauge(
            "jeg_simulator_messages_published", "Messages that the broker took."
        )
        self._resent = gauge("jeg_simulator_messages_resent", "Publishes of a message again.")
        self._receipted = gauge("jeg_simulator_messages_receipted", "Messages with a receipt.")
        self._readings = gauge("jeg_simulator_readings_receipted", "Readings with a receipt.")
        self._waiting = gauge("jeg_simulator_messages_waiting", "Messages without a receipt.")

    def refresh(self, devices: Sequence[Device]) -> None:
        """Take the counts of `devices`.

        Half is enough to be ready: one revoked demo device must not make the ward count as
        broken, and with the broker away none is connected.
        """
        connected = sum(d.connected for d in devices)
        self._devices.set(len(devices))
        self._connected.set(connected)
        self._ready.set(float(bool(devices) and connected >= READY_SHARE * len(devices)))
        self._published.set(sum(d.counts.published for d in devices))
        self._resent.set(sum(d.counts.resent for d in devices))
        self._receipted.set(sum(d.counts.receipted for d in devices))
        self._readings.set(sum(d.counts.readings for d in devices))
        self._waiting.set(sum(d.unreceipted for d in devices))


def serve(port: int | None) -> WardMetrics:
    """Make the metrics, and serve them on 127.0.0.1 when a port is given."""
    registry = CollectorRegistry()
    metrics = WardMetrics(registry)
    metrics.refresh([])
    if port is not None:
        start_http_server(port, addr="127.0.0.1", registry=registry)
    return metrics
