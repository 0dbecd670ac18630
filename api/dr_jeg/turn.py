"""One question and its answer: what is known first, then who answers, then whether it may stand.

Nothing is written here but the reservation of tokens; `service` keeps what came of it.
"""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from analytics.triage.advice import Advice
from analytics.triage.language import Language
from analytics.triage.red_flags import RedFlag
from api.dr_jeg.asking import Asking
from api.dr_jeg.budget import Budget
from api.dr_jeg.desk import Desk
from api.dr_jeg.grounding.checking import Grounds
from api.dr_jeg.judging import Gate, Judge
from api.dr_jeg.phrases import PHRASES
from api.dr_jeg.privacy import Scrub
from api.dr_jeg.tools.looking import Looker, Proposal
from api.dr_jeg.tools.toolbox import Toolbox
from api.services import Services
from gateways.llm.dialogue import (
    AnswerBlockedError,
    Assistant,
    AssistantError,
    Question,
    Reply,
    Usage,
)
from gateways.llm.local_times import moment
from storage.queries.sayings import NewSource
from telemetry.logs import logger

_BEFOREHAND: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("read_vitals", {}),
    ("read_alarms", {"only_open": True}),
    ("read_medications", {}),
    ("read_background", {}),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer that may be shown."""

    reply: Reply
    model: str
    outcome: str
    language: Language
    tokens: int = 0
    elapsed_ms: int = 0
    sources: Sequence[NewSource] = ()
    flags: tuple[RedFlag, ...] = ()
    advice: Advice | None = None
    proposal: Proposal | None = None

    def extras(self) -> dict[str, Any]:
        """What is kept beside the text."""
        kept: dict[str, Any] = {
            "recommendations": self.reply.recommendations,
            "follow_up_questions": self.reply.follow_up_questions,
        }
        if self.reply.when_to_see_doctor:
            kept["risk_factors"] = self.reply.risk_factors
            kept["when_to_see_doctor"] = self.reply.when_to_see_doctor
        if self.advice is not None:
            kept["red_flags"] = [{"code": one.code, "urgency": one.urgency} for one in self.flags]
            kept["emergency_number"] = self.advice.emergency_number
            kept["steps"] = self.advice.steps
        return kept


@dataclass
class Answering:
    """One answer in the making."""

    parts: Services
    desk: Desk
    asking: Asking
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        """Open a toolbox for this user alone."""
        self.toolbox = self._toolbox()
        self.budget = Budget(self.parts, self.asking.user_id)

    async def whole(self) -> Outcome:
        """Answer at once."""
        outcome = None
        async for piece in self.pieces(streaming=False):
            if isinstance(piece, Outcome):
                outcome = piece
        if outcome is None:
            raise LookupError
        return outcome

    async def pieces(self, *, streaming: bool = True) -> AsyncIterator[str | Outcome]:
        """Sentences that may be shown, then the outcome, which may replace them.

        Raises:
            TokenBudgetSpentError: when the user has used theirs up.
        """
        chosen = self.desk.assistant
        async with self.budget.reserved(self.usage, charged=chosen.counts_tokens):
            try:
                async with self.desk.asking():
                    async for piece in self._by(chosen, streaming=streaming):
                        yield piece
            except AnswerBlockedError:
                yield self._fixed("blocked", chosen.model)
            except AssistantError as error:
                yield await self._stand_in(self.desk.failed(error))

    async def _by(self, chosen: Assistant, *, streaming: bool) -> AsyncIterator[str | Outcome]:
        question = await self._question(chosen)
        reply: Reply | None = None
        if streaming:
            gate = Gate(Judge(self._grounds()))
            async for piece in chosen.stream(question, self.toolbox, self.usage):
                gate.judge = Judge(self._grounds())
                if isinstance(piece, Reply):
                    reply = piece
                elif shown := gate.feed(piece):
                    yield shown
        else:
            reply = await chosen.answer(question, self.toolbox, self.usage)
        if reply is None:
            raise AssistantError
        self.desk.answered()
        yield await self._checked(chosen, question, reply)

    async def _checked(self, chosen: Assistant, question: Question, reply: Reply) -> Outcome:
        """The answer, written anew once if it must be, or a text that says it is withheld."""
        complaint = Judge(self._grounds()).complaint(reply)
        if complaint:
            again = replace(question, complaint=complaint)
            reply = await chosen.answer(again, self.toolbox, self.usage)
            if Judge(self._grounds()).complaint(reply):
                logger().warning("assistant_withheld", model=chosen.model)
                return self._fixed("withheld", chosen.model)
        return self._sourced(reply, chosen.model, "answered")

    async def by_rule(self) -> Outcome:
        """What the local assistant answers, whoever else could: no model is asked."""
        return await self._local("answered")

    async def _stand_in(self, why: str) -> Outcome:
        """The local assistant's answer instead of a model's, with what it is said first."""
        self.toolbox = self._toolbox()
        outcome = await self._local("fallback")
        if outcome.outcome != "fallback":
            return outcome
        lead = PHRASES[self.asking.language][why]
        reply = replace(outcome.reply, response=f"{lead} {outcome.reply.response}")
        return replace(outcome, reply=reply, sources=Judge(self._grounds()).sources(reply))

    async def _local(self, outcome: str) -> Outcome:
        stand_in = self.desk.stand_in
        question = await self._question(stand_in)
        reply = await stand_in.answer(question, self.toolbox, Usage())
        if Judge(self._grounds()).complaint(reply):
            return self._fixed("withheld", stand_in.model)
        return self._sourced(reply, stand_in.model, outcome)

    def _sourced(self, reply: Reply, model: str, outcome: str) -> Outcome:
        """The answer with its sources; a proposal is put into words here, by no model."""
        proposal = self.toolbox.proposal
        if proposal is not None:
            language = self.asking.language
            words = PHRASES[language]["proposed"].format(
                provider=proposal.provider,
                how=PHRASES[language][proposal.appointment_type],
                when=self._moment(proposal.starts_at),
            )
            reply = replace(reply, response=f"{reply.response.rstrip()} {words}")
        return self._done(reply, model, outcome, Judge(self._grounds()).sources(reply))

    def _moment(self, at: dt.datetime) -> str:
        zone = self.asking.zone
        local = at.astimezone(zone).isoformat()
        now = self.asking.now.astimezone(zone)
        return moment(local, self.asking.language, now, placed=True, named=True)

    def _done(
        self, reply: Reply, model: str, outcome: str, sources: Sequence[NewSource] = ()
    ) -> Outcome:
        return Outcome(
            reply=reply,
            model=model,
            outcome=outcome,
            language=self.asking.language,
            tokens=self.usage.tokens,
            elapsed_ms=self.asking.elapsed_ms(),
            sources=sources,
            proposal=self.toolbox.proposal if outcome in {"answered", "fallback"} else None,
        )

    def _fixed(self, outcome: str, model: str) -> Outcome:
        text = PHRASES[self.asking.language][outcome]
        reply = Reply(text)
        if self.asking.kind == "analysis":
            reply = replace(reply, when_to_see_doctor=text)
        return self._done(reply, model, outcome)

    async def _question(self, chosen: Assistant) -> Question:
        facts: Mapping[str, Any] = {}
        if chosen.counts_tokens:
            facts = {
                name: await self.toolbox.call(name, arguments) for name, arguments in _BEFOREHAND
            }
        return Question(
            kind=self.asking.kind,
            language=self.asking.language,
            text=Scrub(self.asking.person).text(self.asking.text),
            now=self.asking.now.astimezone(self.asking.zone),
            emergency_number=self.asking.wording.emergency_number,
            history=self.asking.history,
            summary=self.asking.summary,
            facts=facts,
            stated=self.asking.judged.data,
        )

    def _toolbox(self) -> Toolbox:
        asking = self.asking
        looker = Looker(
            self.parts.database, asking.user_id, asking.now, asking.zone, asking.language
        )
        return Toolbox(looker, Scrub(asking.person), asking.judged.facts)

    def _grounds(self) -> Grounds:
        return Grounds(
            tuple(self.toolbox.facts),
            self.asking.now,
            self.asking.zone,
            (*self.asking.allowed, *self.toolbox.names),
            self.asking.text,
        )
