"""What the worker counts, as Prometheus reads it."""

from prometheus_client import Counter, Gauge, Histogram

READY = Gauge("jeg_ready", "1 while the worker is connected to broker and database.")
RECEIVED = Counter("jeg_ingest_received_total", "Messages taken from the broker.")
COMMITTED = Counter("jeg_ingest_committed_total", "Messages committed, whatever became of them.")
STORED = Counter("jeg_ingest_stored_total", "Readings stored.")
DUPLICATE = Counter("jeg_ingest_duplicate_total", "Readings that were stored already.")
REJECTED = Counter("jeg_ingest_rejected_total", "Readings refused, by reason.", ["reason"])
IN_FLIGHT = Gauge("jeg_ingest_in_flight", "Messages taken and not yet acknowledged.")
DEVICES = Gauge("jeg_ingest_devices", "Devices held in memory.")
BATCH = Histogram(
    "jeg_ingest_batch_messages",
    "Messages in one transaction.",
    buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000),
)
COMMIT_SECONDS = Histogram(
    "jeg_ingest_commit_seconds",
    "Duration of a transaction.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
DELAY_SECONDS = Histogram(
    "jeg_ingest_delay_seconds",
    "From receipt of a batch's first message to its commit.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30),
)
RETRIES = Counter("jeg_ingest_commit_retries_total", "Transactions begun again after a failure.")
