"""Rules in force for somebody: built in, changed for everybody, for a ward, for one patient.

The narrower scope goes before the wider one, value by value: a ward that only changes a delay
keeps the limit of the default. Every version of every scope stays stored; here are the current
ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID

from analytics.rules import BUILTIN, BUILTIN_VERSION, Priority, Rule

ScopeKind = Literal["default", "ward", "patient"]

FIELDS: Final = {
    "enabled": "enabled",
    "limit": "limit",
    "severe_limit": "severe_limit",
    "priority": "priority",
    "delay_s": "delay_s",
    "clear_delay_s": "clear_delay_s",
    "severe_delay_s": "own_severe_delay_s",
    "severe_clear_delay_s": "severe_clear_delay_s",
    "hysteresis": "hysteresis",
    "repeat_s": "repeat_s",
}
"""What an override can change -> the field of `Rule` that it is."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a rule holds: one patient, one ward, or (with neither) everybody.

    A ward is its hospital, if it has one, and its name, as an encounter has them.
    """

    patient_id: UUID | None = None
    hospital_id: UUID | None = None
    ward: str | None = None

    @property
    def kind(self) -> ScopeKind:
        """What the scope is called."""
        if self.patient_id is not None:
            return "patient"
        return "default" if self.ward is None else "ward"


EVERYBODY: Final = Scope()


@dataclass(frozen=True, slots=True)
class Override:
    """A stored change of a rule; None keeps what the wider scope says."""

    condition: str
    version: int
    scope: Scope = EVERYBODY
    enabled: bool | None = None
    limit: float | None = None
    severe_limit: float | None = None
    priority: str | None = None
    delay_s: float | None = None
    clear_delay_s: float | None = None
    severe_delay_s: float | None = None
    severe_clear_delay_s: float | None = None
    hysteresis: float | None = None
    repeat_s: float | None = None

    @property
    def name(self) -> str:
        """Version of a rule that this override made: `ward:3`."""
        return f"{self.scope.kind}:{self.version}"

    def given(self) -> dict[str, float | str | bool]:
        """What it changes, by name."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}

    def apply(self, rule: Rule) -> Rule:
        """Change a rule. A severe limit that the new limit has passed is dropped."""
        given = {FIELDS[name]: value for name, value in self.given().items()}
        if self.priority is not None:
            given["priority"] = Priority(self.priority)
        changed = replace(rule, **given, version=self.name)  # type: ignore[arg-type]
        return changed if changed.severe_score > 0 else replace(changed, severe_limit=None)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Every rule in force.

    Attributes:
        overrides: The current version of each scope and condition.
        wards: Patient -> ward of the open encounter; only those of wards that have a rule.

    """

    overrides: Mapping[tuple[Scope, str], Override] = field(default_factory=dict)
    wards: Mapping[UUID, Scope] = field(default_factory=dict)

    def rule(self, patient_id: UUID, condition: str) -> Rule:
        """The rule of one patient."""
        rule = BUILTIN[condition]
        for override in self.applying(self.scopes(patient_id), condition):
            rule = override.apply(rule)
        return rule

    def scopes(self, patient_id: UUID) -> tuple[Scope, ...]:
        """Scopes that hold for a patient, the widest first."""
        ward = self.wards.get(patient_id)
        return (EVERYBODY, *(() if ward is None else (ward,)), Scope(patient_id))

    def applying(self, scopes: tuple[Scope, ...], condition: str) -> Iterator[Override]:
        """Overrides of a condition in these scopes, in their order."""
        for scope in scopes:
            override = self.overrides.get((scope, condition))
            if override is not None:
                yield override

    def with_override(self, override: Override) -> "RuleBook":
        """The same rules but for one."""
        key = (override.scope, override.condition)
        return replace(self, overrides={**self.overrides, key: override})


@dataclass(frozen=True, slots=True)
class Effective:
    """A rule as it holds in a scope, and where each of its values comes from.

    Attributes:
        rule: With all its values.
        sources: Name as in `FIELDS` -> `builtin:1`, `default:<n>`, `ward:<n>` or `patient:<n>`.

    """

    rule: Rule
    sources: Mapping[str, str]


def effective(rule: Rule, overrides: Iterator[Override]) -> Effective:
    """Apply overrides (the widest first) to a built-in rule."""
    sources = dict.fromkeys(FIELDS, BUILTIN_VERSION)
    for override in overrides:
        before, rule = rule, override.apply(rule)
        sources |= dict.fromkeys(override.given(), override.name)
        if before.severe_limit is not None and rule.severe_limit is None:
            # Passed by the new limit, and dropped by it.
            sources["severe_limit"] = override.name
    return Effective(rule, sources)
