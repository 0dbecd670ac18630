"""Episodes: what the engine's changes come to, from the call to the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from analytics.outcome import Change
from analytics.tracking import NEVER, Kind


@dataclass(slots=True)
class Episode:
    """One time that somebody would have been called.

    Attributes:
        started_ms: When the limit was reached.
        called_ms: When it had lasted for the delay.
        ended_ms: When it was over; None where it was not by the end of the replay.
        worst: The worst value, in the rule's unit.
        worst_ms: When that was first measured; `NEVER` where nothing was.
        severe: Whether that is at the severe limit or beyond.

    """

    patient_id: UUID
    condition: str
    started_ms: int
    called_ms: int
    ended_ms: int | None
    worst: float | None
    severe: bool
    worst_ms: int = NEVER

    @property
    def subject(self) -> tuple[UUID, str]:
        """Whose condition."""
        return (self.patient_id, self.condition)

    def meets(self, started_ms: int, ended_ms: int | None) -> bool:
        """Whether it and a stretch of time have an instant in common."""
        before_end = self.ended_ms is None or started_ms <= self.ended_ms
        return before_end and (ended_ms is None or self.started_ms <= ended_ms)


class Episodes:
    """Collects episodes from changes that come in the order of their times."""

    def __init__(self, since_ms: int) -> None:
        """Keep those that call from `since_ms` on."""
        self._since_ms = since_ms
        self._open: dict[tuple[UUID, str], Episode] = {}
        self.found: list[Episode] = []

    def take(self, changes: Iterable[Change]) -> None:
        """Take in what happened."""
        for change in changes:
            if change.rule is None or change.event.kind is Kind.BEGAN:
                continue
            subject, event = (change.patient_id, change.condition), change.event
            episode = self._open.get(subject)
            if episode is None:
                if not event.lasted or event.kind in {Kind.ENDED, Kind.EXPIRED}:
                    continue
                episode = Episode(
                    *subject,
                    started_ms=event.started_ms,
                    called_ms=event.at_ms,
                    ended_ms=None,
                    worst=None,
                    severe=False,
                )
                self._open[subject] = episode
                if event.at_ms >= self._since_ms:
                    self.found.append(episode)
            worst = change.rule.worse(episode.worst, change.value)
            if worst != episode.worst:
                episode.worst, episode.worst_ms = worst, event.worst_ms
            episode.severe |= event.score >= change.rule.severe_score
            if event.kind in {Kind.ENDED, Kind.EXPIRED}:
                episode.ended_ms = event.at_ms
                del self._open[subject]
