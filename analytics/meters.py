"""What the worker counts, as Prometheus reads it.

A registry of its own, so that programs that share a process in tests do not share their numbers.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

READY = Gauge("jeg_ready", "1 while the worker is the one at work.", registry=REGISTRY)
OUTBOX = Gauge("jeg_outbox_depth", "Committed batches waiting for the engine.", registry=REGISTRY)
SCORED = Counter("jeg_readings_scored_total", "Readings scored.", registry=REGISTRY)
CHANNELS = Gauge("jeg_engine_channels", "Channels held in memory.", registry=REGISTRY)
RAISED = Counter(
    "jeg_alarms_raised_total",
    "Alarms that became active.",
    ["priority", "category"],
    registry=REGISTRY,
)
FINDINGS = Counter(
    "jeg_findings_total", "Retrospective findings in late readings.", registry=REGISTRY
)
DELAY_SECONDS = Histogram(
    "jeg_commit_to_alarm_seconds",
    "From the commit of readings to the commit of what they changed in alarms.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 30, 300),
    registry=REGISTRY,
)
RUN_SECONDS = Histogram(
    "jeg_engine_run_seconds",
    "Duration of one run of the engine with its transaction.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=REGISTRY,
)
DETECTOR_FAILURES = Counter(
    "jeg_detector_failures_total", "Detectors that failed.", ["detector"], registry=REGISTRY
)
BURIED = Counter(
    "jeg_batches_buried_total", "Batches that the engine could not read.", registry=REGISTRY
)
TICK_FAILURES = Counter(
    "jeg_engine_tick_failures_total", "Looks at the clock that failed.", registry=REGISTRY
)
SCORED_HOURS = Counter(
    "jeg_scored_hours_total", "Hours of patients whose scores were computed.", registry=REGISTRY
)
SCORES_SECONDS = Histogram(
    "jeg_scores_seconds",
    "Duration of one computation of hourly scores with its transaction.",
    buckets=(0.01, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=REGISTRY,
)
SCORE_FAILURES = Counter(
    "jeg_score_failures_total",
    "Times that the hours of a patient could not be computed and were put off.",
    registry=REGISTRY,
)
PUBLISH_FAILURES = Counter(
    "jeg_alarm_publish_failures_total", "Alarms not published over MQTT.", registry=REGISTRY
)
