"""Load generator: `python -m benchmarks.flood`, told what to do by one JSON line on stdin.

QoS 1 over several connections with a bound on what is unacknowledged. Packets are encoded before
the clock starts, except at a paced rate, where a reading's time is the instant of its publication.
It prints `ready`, waits for a line, publishes, and prints one JSON line with its own cost.
"""

import json
import select
import socket
import struct
import sys
import time
from dataclasses import dataclass
from typing import Any

from ingest.packets import varint

CONNECTIONS = 4
WINDOW = 1000
"""Most unacknowledged messages per connection."""
CHUNK_MESSAGES = 100
NAP_SECONDS = 0.002


@dataclass(frozen=True)
class Task:
    """What to publish: `count` messages of `per` readings, `rate` a second (0: flat out)."""

    port: int
    username: str
    password: str
    senders: list[tuple[str, str]]
    count: int
    per: int = 1
    rate: float = 0
    runs: bool = False
    first_seq: int = 1
    spread: int = 60
    """Values go from 60 up by one a second, and back after so many seconds."""
    timeout: float = 120


def payload(task: Task, key: str, seq: int, newest_ms: int, sent_ms: int) -> bytes:
    """The `seq`-th message of a device; its last reading is of `newest_ms`."""
    times = range(newest_ms - 1000 * (task.per - 1), newest_ms + 1, 1000)
    if task.runs:
        values = [60 + t // 1000 % task.spread for t in times]
        readings = f'{{"c":"heart_rate","t0":{times[0]},"dt":1000,"v":{values}}}'
    else:
        readings = ",".join(
            f'{{"c":"heart_rate","t":{t},"v":{60 + t // 1000 % task.spread},"u":"/min"}}'
            for t in times
        )
    return f'{{"boot":1,"seq":{seq},"sent":{sent_ms},"key":"{key}","m":[{readings}]}}'.encode()


class Connection:
    """One publisher: its encoded chunks and how far it has come."""

    def __init__(self, task: Task, index: int) -> None:
        self.task = task
        self.chunks: list[tuple[int, bytes]] = []
        self.next = self.sent = self.acked = 0
        self.pending: memoryview | None = None
        self._rest = b""
        self._mid = 0
        mine = range(index, len(task.senders), CONNECTIONS)
        self.senders = [task.senders[i] for i in mine]
        self.socket = socket.create_connection(("127.0.0.1", task.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._greet(f"flood-{index}")
        self.socket.setblocking(False)  # noqa: FBT003 - the standard library's own order

    def _greet(self, client_id: str) -> None:
        parts = [client_id, self.task.username, self.task.password]
        body = b"\x00\x04MQTT\x04\xc2\x00\x00"
        body += b"".join(struct.pack(">H", len(p)) + p.encode() for p in parts)
        self.socket.sendall(b"\x10" + varint(len(body)) + body)
        if self.socket.recv(4)[3] != 0:
            sys.exit("the broker refused the generator")

    def packet(self, sender: tuple[str, str], seq: int, newest_ms: int, sent_ms: int) -> bytes:
        """Encode one PUBLISH."""
        topic, key = sender
        self._mid = self._mid % 65535 + 1
        body = struct.pack(">H", len(topic)) + topic.encode() + self._mid.to_bytes(2, "big")
        body += payload(self.task, key, seq, newest_ms, sent_ms)
        return b"\x32" + varint(len(body)) + body

    def encode_all(self) -> None:
        """Encode this connection's share of the messages, in chunks."""
        rounds = self.task.count // len(self.task.senders)
        size = max(1, CHUNK_MESSAGES // self.task.per)
        now = time.time_ns() // 1_000_000
        step = 1000 * self.task.per
        packets = [
            self.packet(sender, self.task.first_seq + i, now - (rounds - i) * step, now + i)
            for i in range(rounds)
            for sender in self.senders
        ]
        for start in range(0, len(packets), size):
            part = packets[start : start + size]
            self.chunks.append((len(part), b"".join(part)))

    def push(self) -> bool:
        """Send what the window allows; tell whether the socket is full."""
        while True:
            if self.pending is None:
                if self.next == len(self.chunks):
                    return False
                count, data = self.chunks[self.next]
                if self.sent + count - self.acked > WINDOW:
                    return False
                self.next += 1
                self.sent += count
                self.pending = memoryview(data)
            try:
                done = self.socket.send(self.pending)
            except BlockingIOError:
                return True
            self.pending = self.pending[done:] if done < len(self.pending) else None
            if self.pending is not None:
                return True

    def pull(self) -> int:
        """Read acknowledgements (4 bytes each); return how many."""
        data = self._rest + self.socket.recv(262_144)
        count, left = divmod(len(data), 4)
        self._rest = data[len(data) - left :] if left else b""
        self.acked += count
        return count


def flat_out(task: Task, connections: list[Connection]) -> int:
    """Publish everything as fast as the broker acknowledges; return the acknowledgements."""
    poll = select.epoll()
    by_fd = {one.socket.fileno(): one for one in connections}
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN)
    acked, end = 0, time.perf_counter() + task.timeout
    while acked < task.count and time.perf_counter() < end:
        blocked = [one.push() for one in connections]
        time.sleep(NAP_SECONDS)
        for fd, _ in poll.poll(0 if any(blocked) else 0.05):
            acked += by_fd[fd].pull()
    return acked


def paced(task: Task, connections: list[Connection]) -> int:
    """Publish at a rate, each reading of the instant it is sent; return the acknowledgements."""
    acked = sent = 0
    total = len(task.senders)
    began = time.perf_counter()
    end = began + task.count / task.rate + task.timeout
    while acked < task.count and time.perf_counter() < end:
        due = min(task.count, int((time.perf_counter() - began) * task.rate))
        while sent < due:
            lane = connections[sent % len(connections)]
            turn, place = divmod(sent, total)
            sender = lane.senders[place // len(connections) % len(lane.senders)]
            now = time.time_ns() // 1_000_000
            data = lane.packet(sender, task.first_seq + turn, now, now)
            lane.chunks.append((1, data))
            sent += 1
        for lane in connections:
            lane.push()
            if select.select([lane.socket], [], [], 0)[0]:
                acked += lane.pull()
        time.sleep(NAP_SECONDS / 2)
    return acked


def main() -> None:
    """Do one task."""
    told: dict[str, Any] = json.loads(sys.stdin.readline())
    told["senders"] = [tuple(sender) for sender in told["senders"]]
    task = Task(**told)
    connections = [Connection(task, index) for index in range(CONNECTIONS)]
    if not task.rate:
        for one in connections:
            one.encode_all()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    cpu, began = time.process_time(), time.perf_counter()
    acked = paced(task, connections) if task.rate else flat_out(task, connections)
    seconds = time.perf_counter() - began
    cost = (time.process_time() - cpu) / max(1, acked) * 1e6
    figures = {"acked": acked, "seconds": seconds, "cpu_us_per_msg": cost}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
