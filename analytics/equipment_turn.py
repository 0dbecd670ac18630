"""One turn of technical alarms: what is ripe is raised, what is over ends, groups are seen to."""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from analytics import storms, technical_facts
from analytics.bulletins import Bulletin, Bulletins
from analytics.equipment_rows import columns_of, condition_of, place_of
from analytics.rules import Priority
from analytics.storms import Group, Place
from analytics.technical import AWAY, RECHECK_MS, Condition, Kind, Register, TechnicalSettings
from analytics.wording import technical_message
from storage.queries import technical as sql

Connection = psycopg.AsyncConnection[Any]

MOST_AWAY: Final = 100_000
_REGULAR: Final = 5
"""Readings in a quarter of an hour that make a device one that is missed."""
STORM_TITLE: Final = "Devices away together"


class Turn:
    """One turn, in a transaction."""

    def __init__(self, connection: Connection, settings: TechnicalSettings, now_ms: int) -> None:
        """Work through `connection`, which is in a transaction."""
        self._cursor = connection.cursor(row_factory=dict_row)
        self._settings = settings
        self._now_ms = now_ms
        self._places: dict[UUID, Place] = {}
        self._groups: dict[UUID, tuple[str, dict[str, Any]]] = {}
        self.register = Register(settings.watches())
        self.bulletins = Bulletins(connection, settings.reopen_ms)

    async def open(self, devices: Collection[UUID]) -> None:
        """Load what is wrong with these devices."""
        await self._cursor.execute(sql.CONDITIONS, (list(devices),))
        for row in await self._cursor.fetchall():
            one = condition_of(row)
            self.register.open.setdefault(one.key, one)

    async def work(self) -> None:
        """Raise what is ripe, end what is over, and see to the groups."""
        due = self.register.due(self._now_ms)
        keys = [*self.register.over, *(one.key for one in due)]
        await self._load_places({device_id for device_id, _ in keys})
        due = await self._still_so(due)
        ripe = [one for one in due if self.register.ripe(one)]
        await self._load_groups()
        for one in await self._gather(ripe):
            await self._raise(one, None)
        for one in due:
            self._look_again(one)
        for over in self.register.over.values():
            await self._end(over)
        await self._store()
        await self._see_to_groups()

    async def _load_places(self, devices: Collection[UUID]) -> None:
        missing = [one for one in devices if one not in self._places]
        if not missing:
            return
        await self._cursor.execute(sql.DEVICES, (missing,))
        for row in await self._cursor.fetchall():
            self._places[row["device_id"]] = place_of(row)

    async def _load_groups(self) -> None:
        await self._cursor.execute(sql.OPEN_GROUPS)
        for row in await self._cursor.fetchall():
            self._groups[row["id"]] = (row["condition"], row["evidence"])

    async def _still_so(self, due: list[Condition]) -> list[Condition]:
        """Of due conditions those that are still so by what is known of their devices."""
        stray = await self._stray(due)
        kept = []
        for one in due:
            place = self._places.get(one.device_id)
            gone = place is None or not place.in_use
            if gone or (
                one.kind is Kind.OFFLINE and (one.device_id in stray or _sends(one, place))
            ):
                self.register.end(one.key)
            else:
                kept.append(one)
        return kept

    async def _stray(self, conditions: Iterable[Condition]) -> set[UUID]:
        """Devices that are offline and used now and then: nobody misses them."""
        offline = [one for one in conditions if one.kind is Kind.OFFLINE and not one.raised]
        if not offline:
            return set()
        columns = [[one.device_id for one in offline], [one.since_ms for one in offline]]
        await self._cursor.execute(sql.REGULAR, (*columns, _REGULAR, _REGULAR))
        regular = {row["device_id"] for row in await self._cursor.fetchall()}
        return {one.device_id for one in offline} - regular

    async def _gather(self, ripe: list[Condition]) -> list[Condition]:
        """Put those who are away with others under one alarm; those who are left."""
        left = [one for one in ripe if one.kind not in AWAY]
        away = {one.device_id: one for one in ripe if one.kind in AWAY}
        away = await self._join_open_groups(away)
        while away:
            near = await self._fellows(away.values()) | away
            at_once = storms.together(near.values(), self._settings.storm_window_ms)
            fellows = {one.device_id: one for one in at_once}
            known = (self._places[one] for one in fellows if one in self._places)
            places = [place for place in known if place.in_use]
            found = storms.candidates(places, self._settings)
            sizes = {group: await self._size(group) for group in found}
            group = storms.choose(found, sizes, self._settings)
            if group is None:
                break
            members = [fellows[place.device_id] for place in found[group]]
            await self._raise_group(group, members, sizes[group])
            named = {one.device_id for one in members}
            if not named & away.keys():
                break
            away = {key: one for key, one in away.items() if key not in named}
        return left + list(away.values())

    async def _join_open_groups(self, away: dict[UUID, Condition]) -> dict[UUID, Condition]:
        by_name = {condition: alarm_id for alarm_id, (condition, _) in self._groups.items()}
        left = {}
        for device_id, one in away.items():
            names = [group.condition for group in self._places[device_id].groups()]
            parent = next((by_name[name] for name in names if name in by_name), None)
            if parent is None:
                left[device_id] = one
            else:
                await self._raise(one, parent)
        return left

    async def _fellows(self, away: Iterable[Condition]) -> dict[UUID, Condition]:
        """Devices that went away at about the same time, whether they are due yet or not."""
        times = [one.since_ms for one in away]
        window_ms = self._settings.storm_window_ms
        bounds = (min(times) - window_ms, max(times) + window_ms)
        await self._cursor.execute(sql.DOWN_SINCE, (list(AWAY), *bounds, MOST_AWAY))
        found: dict[UUID, Condition] = {}
        for row in await self._cursor.fetchall():
            one = condition_of(row)
            if one.key in self.register.over:
                continue
            one = self.register.open.get(one.key, one)
            # Of a device that is both, the one that has an alarm speaks.
            if one.parent_id is None and (one.device_id not in found or one.raised):
                found[one.device_id] = one
        await self._load_places(found)
        stray = await self._stray(found.values())
        return {device_id: one for device_id, one in found.items() if device_id not in stray}

    async def _size(self, group: Group) -> int:
        key: tuple[Any, ...] = group.key
        if group.kind in {"ward", "hospital"}:
            key = (group.hospital_id, *group.key[1:])
        await self._cursor.execute(sql.SIZE[group.kind], key)
        row = await self._cursor.fetchone()
        return int(row["count"]) if row else 0

    async def _raise_group(self, group: Group, members: list[Condition], size: int) -> None:
        facts = technical_facts.of_group(members, size, self._settings, self._now_ms)
        evidence = {"group": group.stored(), "peak": 0, "of": size, "facts": facts}
        parent_id = await self.bulletins.post(
            Bulletin(
                patient_id=None,
                condition=group.condition,
                priority=Priority.HIGH,
                title=STORM_TITLE,
                message=storms.message(group.label, len(members), size, len(members)),
                started_ms=min(one.since_ms for one in members),
                evidence=evidence,
            ),
            self._now_ms,
        )
        if parent_id is None:
            return
        self._groups[parent_id] = (group.condition, evidence)
        raised = [one for one in members if one.raised]
        for one in members:
            await self._raise(one, parent_id)
        await self.bulletins.adopt(await self._alarms_of(raised), parent_id)

    async def _alarms_of(self, conditions: Iterable[Condition]) -> list[UUID]:
        pairs = [
            (self._places[one.device_id].owner_id, one.name)
            for one in conditions
            if one.device_id in self._places
        ]
        if not pairs:
            return []
        columns = [list(column) for column in zip(*pairs, strict=True)]
        await self._cursor.execute(sql.OPEN_OF_DEVICES, columns)
        return [row["id"] for row in await self._cursor.fetchall()]

    async def _raise(self, one: Condition, parent_id: UUID | None) -> None:
        """Make an alarm of a condition, under another one where it is given."""
        place = self._places[one.device_id]
        watch = self.register.watches[one.kind]
        if not one.raised:
            bulletin = Bulletin(
                patient_id=place.owner_id,
                condition=one.name,
                priority=watch.priority,
                title=watch.title,
                message=technical_message(one, place.name),
                started_ms=one.since_ms,
                device_id=one.device_id,
                parent_id=parent_id,
                evidence={
                    "code": one.code,
                    "readings": one.amount,
                    "facts": technical_facts.of_device(one, watch, place, self._now_ms),
                },
            )
            one.raised = await self.bulletins.post(bulletin, self._now_ms) is not None
        one.parent_id = parent_id
        one.due_ms = self._now_ms + RECHECK_MS
        self.register.put(one)

    def _look_again(self, one: Condition) -> None:
        """Say when the clock must look at a condition that it has just looked at."""
        if one.key not in self.register.open:
            return
        over_after = self.register.watches[one.kind].over_after_ms
        one.due_ms = self._now_ms + RECHECK_MS
        if over_after is not None:
            one.due_ms = min(one.due_ms, max(one.heard_ms + over_after, self._now_ms + 1))
        self.register.put(one)

    async def _end(self, over: Condition) -> None:
        await self._load_places([over.device_id])
        place = self._places.get(over.device_id)
        if over.raised and place is not None:
            await self.bulletins.close(place.owner_id, over.name, self._now_ms)

    async def _store(self) -> None:
        put = [self.register.open[k] for k in self.register.touched if k in self.register.open]
        drop = [key for key in self.register.touched if key not in self.register.open]
        if put:
            columns = columns_of(put)
            await self._cursor.execute(sql.PUT_CONDITIONS, columns)
        if drop:
            columns = [list(column) for column in zip(*drop, strict=True)]
            await self._cursor.execute(sql.DROP_CONDITIONS, columns)

    async def _see_to_groups(self) -> None:
        """Let the alarms of groups say how many are away, and end when most are back."""
        concerned = {one.parent_id for one in self.register.over.values()}
        concerned |= {
            self.register.open[key].parent_id
            for key in self.register.touched
            if key in self.register.open
        }
        for alarm_id, (condition, evidence) in self._groups.items():
            if alarm_id in concerned:
                await self._see_to(alarm_id, condition, evidence)

    async def _see_to(self, alarm_id: UUID, condition: str, evidence: dict[str, Any]) -> None:
        await self._cursor.execute(sql.MEMBERS_LEFT, (alarm_id,))
        left = [(row["device_id"], Kind(row["kind"])) for row in await self._cursor.fetchall()]
        peak = max(int(evidence["peak"]), len(left))
        of = max(int(evidence["of"]), peak)
        text = storms.message(evidence["group"]["label"], len(left), of, peak)
        await self.bulletins.say(alarm_id, text, {"peak": peak, "of": of, "away": len(left)})
        if not storms.is_over(len(left), peak, self._settings):
            return
        await self.bulletins.close(None, condition, self._now_ms)
        await self._release(left)

    async def _release(self, left: list[tuple[UUID, Kind]]) -> None:
        """Let those who did not come back with the others speak for themselves."""
        self.register.touched.clear()
        await self._load_places([device_id for device_id, _ in left])
        await self.open([device_id for device_id, _ in left])
        kept = [self.register.open[key] for key in left if key in self.register.open]
        for one in kept:
            one.parent_id = None
            self.register.put(one)
        await self.bulletins.adopt(await self._alarms_of(kept), None)
        await self._store()


def _sends(one: Condition, place: Place | None) -> bool:
    """Whether readings have come since the device said that it is offline."""
    return place is not None and (place.received_ms or 0) > one.since_ms + 1_000
