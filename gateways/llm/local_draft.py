"""An answer of the local assistant while it is made."""

from typing import Any

from gateways.llm.dialogue import Question, Reply, Toolbox, bounded
from gateways.llm.local_data import Sentences
from gateways.llm.local_times import zone_name
from gateways.llm.local_words import WORDS


class Draft:
    """What is to be said, and what it is made from.

    Attributes:
        question: What is asked.
        toolbox: What can be looked up.
        words: Those of the question's language.
        facts: Makes sentences of what was looked up.
        sentences: Of the response.
        recommendations: What to do.
        questions: What may be asked next.
        risks: Risk factors.
        ill: Whether symptoms are told: then no measurement is a comfort.

    """

    def __init__(self, question: Question, toolbox: Toolbox) -> None:
        """Begin one that is empty."""
        self.question = question
        self.toolbox = toolbox
        self.words = WORDS[question.language]
        self.facts = Sentences(question.language, question.now)
        self.sentences: list[str] = []
        self.recommendations: list[str] = []
        self.questions: list[str] = []
        self.risks: list[str] = []
        self.ill = False

    def filled(self, key: str, **values: Any) -> str:  # noqa: ANN401 - whatever can be written
        """Words of their own; the number to call may stand in them."""
        return self.words[key].format(number=self.question.emergency_number, **values)

    def say(self, key: str, **values: Any) -> None:  # noqa: ANN401
        """Say it in the response."""
        self.sentences.append(self.filled(key, **values))

    def advise(self, key: str) -> None:
        """Recommend it."""
        self.recommendations.append(self.filled(key))

    def suggest(self, key: str, **values: Any) -> None:  # noqa: ANN401
        """Offer it as a question that may be asked next."""
        self.questions.append(self.filled(key, **values))

    def reply(self, when_to_see_doctor: str = "") -> Reply:
        """What it came to, each thing once; the zone where a time was told."""
        if self.facts.timed:
            self.say("zone", place=zone_name(self.question.now))
        return bounded(
            Reply(
                response=" ".join(self.sentences),
                recommendations=tuple(dict.fromkeys(self.recommendations)),
                follow_up_questions=tuple(dict.fromkeys(self.questions)),
                risk_factors=tuple(dict.fromkeys(self.risks)),
                when_to_see_doctor=when_to_see_doctor,
            )
        )
