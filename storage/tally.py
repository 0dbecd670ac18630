"""Counting a batch for the ledgers: what became of each message, by account, as ranges."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from telemetry.batch import Batch, Outcome

Ints = NDArray[np.int64]


class State(IntEnum):
    """What the database made of a reading."""

    STORED = 0
    DUPLICATE = 1
    CONFLICTING = 2


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a batch of `a` accounts.

    Attributes:
        messages: int64 (a, 4), messages by `Outcome`; each number once, with its first outcome.
        numbered: int64 (a,), distinct numbers.
        repeated: int64 (a,), further arrivals of a number within the batch.
        readings: int64 (a, 3), readings by `State`.
        outcome: int64 (n,), the `Outcome` of each message in the order of arrival.
        ranges: int64 (r, 4), columns account, low, high, outcome: the numbers, as ranges.

    """

    messages: Ints
    numbered: Ints
    repeated: Ints
    readings: Ints
    outcome: Ints
    ranges: Ints

    @property
    def plain(self) -> NDArray[np.bool_]:
        """Accounts (a,) whose messages are one run of numbers, each once and all stored."""
        per_account = np.bincount(self.ranges[:, 0], minlength=len(self.messages))
        only_stored = self.messages.sum(axis=1) == self.messages[:, Outcome.STORED]
        all_numbered = self.numbered == self.messages[:, Outcome.STORED]
        plain: NDArray[np.bool_] = (
            (per_account == 1) & only_stored & (self.repeated == 0) & all_numbered
        )
        return plain

    def plain_parameters(self, chosen: Ints) -> dict[str, NDArray[Any]]:
        """What the statement for plain ledgers takes, for the accounts `chosen` (k,)."""
        mine = self.ranges[np.isin(self.ranges[:, 0], chosen)]
        return self._common(mine[:, 0]) | {
            "low": np.ascontiguousarray(mine[:, 1]),
            "high": np.ascontiguousarray(mine[:, 2]),
        }

    def parameters(self, chosen: Ints) -> dict[str, NDArray[Any]]:
        """What the statement for all other ledgers takes, for the accounts `chosen` (k,)."""
        mine = self.ranges[np.isin(self.ranges[:, 0], chosen)]
        messages = self.messages[chosen].T
        return self._common(chosen) | {
            "range_account": mine[:, 0].astype(np.int32),
            "low": np.ascontiguousarray(mine[:, 1]),
            "high": np.ascontiguousarray(mine[:, 2]),
            "outcome": mine[:, 3].astype(np.int16),
            "n_stored": messages[Outcome.STORED],
            "n_duplicate": messages[Outcome.DUPLICATE],
            "n_quarantined": messages[Outcome.QUARANTINED],
            "n_rejected": messages[Outcome.REJECTED],
            "n_repeated": self.repeated[chosen],
        }

    def _common(self, chosen: Ints) -> dict[str, NDArray[Any]]:
        return {
            "account": chosen.astype(np.int32),
            "readings_stored": self.readings[chosen, State.STORED],
            "readings_duplicate": self.readings[chosen, State.DUPLICATE],
        }


def tally(batch: Batch, row_message: Ints, state: NDArray[np.uint8]) -> Tally:
    """Count `batch`, whose readings (n,) belong to messages `row_message` and ended in `state`."""
    accounts, n = len(batch.accounts), len(batch.account)
    account = np.array(batch.account, np.int64)
    seq = np.array(batch.seq, np.int64)
    outcome = _outcomes(batch, row_message, state, n)
    order = np.lexsort((np.arange(n), seq, account))
    in_order = outcome
    account, seq, outcome = account[order], seq[order], outcome[order]
    same = np.zeros(n, np.bool_)
    same[1:] = (account[1:] == account[:-1]) & (seq[1:] == seq[:-1]) & (seq[1:] > 0)
    first = ~same
    flat = np.bincount(account[first] * len(Outcome) + outcome[first], minlength=accounts * 4)
    by_state = account_states(batch, row_message, state, accounts)
    numbered = first & (seq > 0)
    return Tally(
        flat.reshape(accounts, len(Outcome)),
        np.bincount(account[numbered], minlength=accounts),
        np.bincount(account[same], minlength=accounts),
        by_state,
        in_order,
        _ranges(account[numbered], seq[numbered], outcome[numbered]),
    )


def account_states(
    batch: Batch, row_message: Ints, state: NDArray[np.uint8], accounts: int
) -> Ints:
    """Count readings (n,) by account and state: int64 (accounts, 3)."""
    row_account = np.array(batch.account, np.int64)[row_message]
    flat = np.bincount(row_account * len(State) + state, minlength=accounts * len(State))
    return flat.reshape(accounts, len(State))


def _outcomes(
    batch: Batch, row_message: Ints, state: NDArray[np.uint8], n: int
) -> NDArray[np.int64]:
    """One outcome a message: stored if any reading was, else what its readings were refused for."""
    outcome = np.array(batch.refused, np.int64)
    conflicting = np.bincount(row_message[state == State.CONFLICTING], minlength=n) > 0
    outcome[conflicting] = Outcome.REJECTED
    stored = np.bincount(row_message[state == State.STORED], minlength=n) > 0
    outcome[stored] = Outcome.STORED
    return outcome


def _ranges(account: Ints, seq: Ints, outcome: Ints) -> Ints:
    """Runs of consecutive numbers of one account with one outcome; input is sorted."""
    if not len(seq):
        return np.empty((0, 4), np.int64)
    starts = np.ones(len(seq), np.bool_)
    starts[1:] = (
        (account[1:] != account[:-1]) | (seq[1:] != seq[:-1] + 1) | (outcome[1:] != outcome[:-1])
    )
    low = np.flatnonzero(starts)
    high = np.append(low[1:], len(seq)) - 1
    return np.stack((account[low], seq[low], seq[high], outcome[low]), axis=1)
