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
ASSISTANT_ANSWERS = Counter(
    "jeg_assistant_answers",
    "Answers of the assistant, by what became of them: answered, red_flag, booking, withheld, "
    "blocked, away, refused or malformed; the last three are answered by the local assistant.",
    ["outcome"],
    registry=REGISTRY,
)
ASSISTANT_REFUSED = Gauge(
    "jeg_assistant_refused",
    "1 while the model's service refuses our key or requests: somebody must look at the settings.",
    registry=REGISTRY,
)
