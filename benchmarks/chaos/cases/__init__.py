"""Every case, in the order in which they are played."""

from benchmarks.chaos.case import Case
from benchmarks.chaos.cases import broker, database, devices, network, workers

_ALL = [*workers.CASES, *database.CASES, *broker.CASES, *devices.CASES, *network.CASES]
CASES: dict[str, Case] = {case.name: case for case in _ALL}
