"""What devices are told after a commit."""

import msgspec

from ingest import packets
from storage.ledgers import Receipt
from telemetry.topics import Down, down

MOST_RANGES = 16


def encode(receipts: list[Receipt]) -> bytes:
    """Packets for all receipts of a commit, one after the other."""
    return b"".join([_packet(receipt) for receipt in receipts])


def _packet(receipt: Receipt) -> bytes:
    device = receipt.account.device
    body: dict[str, object] = {
        "boot": receipt.account.boot,
        "seq": receipt.seq,
        "stored": receipt.stored,
        "duplicate": receipt.duplicate,
        "rejected": receipt.rejected,
    }
    if receipt.beyond:
        body["ranges"] = _ranges(receipt.beyond)[-MOST_RANGES:]
    topic = down(device.partition, device.device_id, Down.RECEIPT)
    return packets.publish(topic, msgspec.json.encode(body))


def _ranges(multirange: str) -> list[list[int]]:
    """`{[1,4),[6,9)}` as [[1, 3], [6, 8]]."""
    pairs = multirange.strip("{}").strip("[)").split("),[")
    return [[int(low), int(high) - 1] for low, high in (pair.split(",") for pair in pairs)]
