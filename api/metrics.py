"""Figures of this process for Prometheus, in a registry of their own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
READY = Gauge("jeg_ready", "1 while changes are heard from the database.", registry=REGISTRY)
REQUESTS = Counter(
    "jeg_http_requests",
    "Requests answered.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "jeg_http_request_seconds",
    "Time to the start of the answer.",
    ["route"],
    registry=REGISTRY,
)
STREAMS = Gauge("jeg_event_streams", "Open streams of events.", registry=REGISTRY)
RESYNCS = Counter(
    "jeg_event_resyncs", "Times that a stream's reader was told to load anew.", registry=REGISTRY
)
READINGS = Counter(
    "jeg_http_readings",
    "Readings of devices over HTTP: stored, duplicate, or the reason why not.",
    ["outcome"],
    registry=REGISTRY,
)
