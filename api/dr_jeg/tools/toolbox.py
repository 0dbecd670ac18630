"""The tools of one answer: validated, bounded, without names, and every fact kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from pydantic import ValidationError

from api.dr_jeg.grounding.facts import Fact
from api.dr_jeg.privacy import Scrub
from api.dr_jeg.tools import care, measurements, past
from api.dr_jeg.tools.looking import Looker, Proposal, ToolPart
from api.problems import field_problem
from gateways.llm.dialogue import Tool
from telemetry.logs import logger

MOST_CALLS: Final = 16
"""In one answer, those that are made beforehand among them."""
PARTS: Final[Mapping[str, ToolPart]] = {
    part.name: part for part in (*measurements.TOOLS, *past.TOOLS, *care.TOOLS)
}
_NAME: Final = re.compile(r"[^\W\d_]{3}")
"""In every name: what is hardly more than a number is none."""
_TOOLS: Final = tuple(
    Tool(part.name, part.about, part.arguments.model_json_schema()) for part in PARTS.values()
)


class Toolbox:
    """Implements `gateways.llm.dialogue.Toolbox` for one caller."""

    def __init__(self, looker: Looker, scrub: Scrub, known: Iterable[Fact] = ()) -> None:
        """Act for the looker's user, whatever a tool is asked; `known` is so beforehand."""
        self._looker = looker
        self._scrub = scrub
        self._known: dict[str, Mapping[str, Any]] = {}
        self.facts: list[Fact] = list(known)
        self.names: list[str] = []
        self.proposal: Proposal | None = None

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        return _TOOLS

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call a tool; what cannot be done is said under `error`."""
        part = PARTS.get(name)
        if part is None:
            return {"error": "there is no such tool"}
        try:
            wanted = part.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            problems = [
                field_problem({**one, "loc": ("tool", *one["loc"])}) for one in error.errors()
            ]
            return {"error": [{"field": one.field, "reason": one.reason} for one in problems]}
        key = f"{name} {wanted.model_dump_json()}"
        if key not in self._known:
            if len(self._known) >= MOST_CALLS:
                return {"error": "no more can be looked up for this answer"}
            self._known[key] = await self._run(part, wanted)
        return self._known[key]

    async def _run(self, part: ToolPart, wanted: Any) -> Mapping[str, Any]:  # noqa: ANN401 - its own
        found = await part.run(self._looker, wanted)
        self.facts += found.facts
        self.names += [self._scrub.text(name) for name in found.names if _NAME.search(name)]
        if found.proposal is not None:
            self.proposal = found.proposal
        logger().info("assistant_tool", tool=part.name)
        scrubbed = self._scrub.data(found.data)
        # What a model is given must be plain JSON.
        plain: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(scrubbed))
        return plain
