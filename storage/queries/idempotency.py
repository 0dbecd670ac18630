"""Answers kept for requests that come twice, and the lock that lets one of them at a time work."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import KeptAnswer

LIFE_HOURS = 24
AT_WORK = 102
"""Status of a row that stands for an answer which is being worked on (`at_work`)."""

OLD = f"""
    -- Answers that nobody may ask for any more; of so many days more than none.
    DELETE FROM kept_answers WHERE (user_id, key_digest) IN (
        SELECT user_id, key_digest FROM kept_answers
        WHERE created_at < now() - interval '{LIFE_HOURS} hours' - %s * interval '1 day'
        ORDER BY created_at LIMIT %s
    )
"""  # noqa: S608 - a number of our own


@dataclass(frozen=True, slots=True)
class Claim:
    """A key of a user, and the request that came with it: of each a digest of 32 bytes."""

    user_id: UUID
    key_digest: bytes
    request_digest: bytes

    @property
    def lock(self) -> int:
        """Number of the advisory lock of this user's key."""
        mixed = bytes(a ^ b for a, b in zip(self.user_id.bytes, self.key_digest, strict=False))
        return int.from_bytes(mixed[:8], signed=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, its body sealed."""

    request_digest: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes


async def claim(session: WriteSession, wanted: Claim) -> bool:
    """Take the key for this transaction; False while another one has it."""
    taken: bool = await session.scalar(select(func.pg_try_advisory_xact_lock(wanted.lock))) or False
    return taken


async def find(session: ReadSession | WriteSession, wanted: Claim) -> Answer | None:
    """The answer kept for a key; for who has claimed it there comes no other."""
    row = (
        await session.execute(
            select(
                KeptAnswer.request_digest, KeptAnswer.status, KeptAnswer.headers, KeptAnswer.body
            ).where(
                KeptAnswer.user_id == wanted.user_id,
                KeptAnswer.key_digest == wanted.key_digest,
                KeptAnswer.status != AT_WORK,
                KeptAnswer.created_at > func.now() - text(f"interval '{LIFE_HOURS} hours'"),
            )
        )
    ).one_or_none()
    return None if row is None else Answer(*row)


async def keep(session: WriteSession, wanted: Claim, answer: Answer) -> None:
    """Keep the answer with what the transaction did; one that is past its life makes room."""
    row = {
        "request_digest": answer.request_digest,
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body,
    }
    await session.execute(
        insert(KeptAnswer)
        .values(user_id=wanted.user_id, key_digest=wanted.key_digest, **row)
        .on_conflict_do_update(
            index_elements=["user_id", "key_digest"], set_={**row, "created_at": func.now()}
        )
    )


async def release(session: WriteSession, wanted: Claim) -> None:
    """Keep no answer for this key."""
    await session.execute(
        delete(KeptAnswer).where(
            KeptAnswer.user_id == wanted.user_id, KeptAnswer.key_digest == wanted.key_digest
        )
    )
