"""Google's Gemini, asked in two steps: gather with tools, then write without any.

The step that writes has no tools, so nothing that is read there can call one. Both steps have
timeouts, retries with backoff and a bound on how often tools are called.

Source: the generateContent and streamGenerateContent methods of the Gemini API, v1beta.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import httpx
from google import genai
from google.genai import errors, types

from gateways.llm import gemini_prompts as prompts
from gateways.llm.dialogue import (
    AssistantAwayError,
    MalformedAnswerError,
    Piece,
    Question,
    Reply,
    Toolbox,
    Turn,
    Usage,
)
from gateways.llm.gemini_answers import (
    RETRIED,
    content,
    count,
    failure,
    finish,
    raise_if_blocked,
    reply_of,
    text_of,
)
from gateways.llm.partial_json import PartialText
from gateways.llm.settings import GeminiSettings

MOST_ROUNDS: Final = 4
"""Times that a model may ask for tools before it has to answer."""
MOST_CALLS: Final = 8
MOST_STREAMED: Final = 60_000
"""Characters of a streamed document; more is broken off."""
MOST_SUMMARY: Final = 800
_SAFETY: Final = [
    types.SafetySetting(category=category, threshold=types.HarmBlockThreshold.BLOCK_ONLY_HIGH)
    for category in (
        types.HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT,
        types.HarmCategory.HARM_CATEGORY_HARASSMENT,
        types.HarmCategory.HARM_CATEGORY_HATE_SPEECH,
        types.HarmCategory.HARM_CATEGORY_SEXUALLY_EXPLICIT,
    )
]
"""People speak of bodies and of despair here: only what is surely harmful is blocked."""
_SHAPELESS: Final = (ValueError, TypeError, KeyError, AttributeError)
"""What the client raises for what is neither JSON nor of the shapes that the interface has."""
Result = TypeVar("Result")
logging.getLogger("google_genai").setLevel(logging.ERROR)


class Gemini:
    """The `Assistant` that asks Gemini."""

    counts_tokens = True

    def __init__(self, settings: GeminiSettings) -> None:
        """Prepare a client; nothing is connected before the first question."""
        self._settings = settings
        self._http = httpx.AsyncClient(timeout=settings.timeout_seconds, follow_redirects=False)
        self._client = genai.Client(
            api_key=settings.key,
            http_options=types.HttpOptions(
                base_url=settings.base_url or None,
                timeout=round(settings.timeout_seconds * 1000),
                httpx_async_client=self._http,
                retry_options=types.HttpRetryOptions(
                    attempts=settings.attempts,
                    initial_delay=settings.backoff_seconds,
                    max_delay=8 * settings.backoff_seconds,
                    jitter=settings.backoff_seconds,
                    http_status_codes=RETRIED,
                ),
            ),
        ).aio

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._settings.model

    async def answer(self, question: Question, toolbox: Toolbox, usage: Usage) -> Reply:
        """Gather, then write; see `Assistant.answer`."""
        async with self._bounded():
            contents = await self._gathered(question, toolbox, usage)
            response = await self._ask(contents, self._writing(question), usage)
            return reply_of(text_of(response))

    async def stream(
        self, question: Question, toolbox: Toolbox, usage: Usage
    ) -> AsyncIterator[Piece]:
        """Gather, then write piece by piece; see `Assistant.stream`."""
        deadline = asyncio.get_running_loop().time() + self._settings.total_seconds
        async with self._bounded():
            contents = await self._gathered(question, toolbox, usage)
        reader = PartialText("response")
        finished = None
        # A timeout around a `yield` would cancel whoever reads: each step has its own.
        pieces = await self._within(deadline, self._opened(contents, question))
        while (chunk := await self._within(deadline, anext(pieces, None))) is not None:
            raise_if_blocked(chunk)
            finished = finish(chunk) or finished
            count(chunk, usage, streaming=True)
            if len(reader.document) > MOST_STREAMED:
                raise MalformedAnswerError
            if piece := reader.feed(chunk.text or ""):
                yield piece
        if finished is None:
            message = "the stream broke off"
            raise AssistantAwayError(message)
        yield reply_of(reader.document)

    async def summarise(self, summary: str, turns: Sequence[Turn], usage: Usage) -> str:
        """Let the model shorten; see `Assistant.summarise`."""
        said = prompts.data(
            {"summary": summary, "turns": [{"by": one.sender, "text": one.text} for one in turns]}
        )
        config = types.GenerateContentConfig(
            system_instruction=prompts.SUMMARISE, safety_settings=_SAFETY, max_output_tokens=400
        )
        async with self._bounded():
            response = await self._ask([content("user", said)], config, usage)
            return text_of(response).strip()[:MOST_SUMMARY]

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.aclose()

    @asynccontextmanager
    async def _bounded(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._settings.total_seconds):
                yield
        except TimeoutError as error:
            raise AssistantAwayError from error

    async def _within(self, deadline: float, step: Awaitable[Result]) -> Result:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout_at(
                min(deadline, loop.time() + self._settings.timeout_seconds)
            ):
                return await step
        except (TimeoutError, httpx.HTTPError) as error:
            raise AssistantAwayError from error
        except errors.APIError as error:
            raise failure(error) from error
        except _SHAPELESS as error:
            raise MalformedAnswerError from error

    async def _gathered(
        self, question: Question, toolbox: Toolbox, usage: Usage
    ) -> list[types.Content]:
        """Let the model look up what it wants; what it is to write from."""
        asked = content("user", question.text)
        looked_up: dict[str, Any] = {}
        if not question.complaint and toolbox.tools:
            beginning = content("user", f"{prompts.known(question, {})}\n{prompts.GATHER}")
            await self._look_up(question, toolbox, [asked, beginning], looked_up, usage)
        everything = f"{prompts.known(question, looked_up)}\n{prompts.task(question)}"
        return [asked, content("user", everything)]

    async def _look_up(
        self,
        question: Question,
        toolbox: Toolbox,
        contents: list[types.Content],
        looked_up: dict[str, Any],
        usage: Usage,
    ) -> None:
        config = self._gathering(question, toolbox)
        left = MOST_CALLS
        for _ in range(MOST_ROUNDS):
            response = await self._ask(contents, config, usage)
            calls = (response.function_calls or [])[:left]
            candidate = response.candidates[0] if response.candidates else None
            if not calls or candidate is None or candidate.content is None:
                return
            left -= len(calls)
            parts = []
            for call in calls:
                name, arguments = call.name or "", dict(call.args or {})
                found = await toolbox.call(name, arguments)
                looked_up[f"{name} {len(looked_up) + 1}"] = {"asked": arguments, "found": found}
                parts.append(
                    types.Part(
                        function_response=types.FunctionResponse(
                            id=call.id, name=name, response=dict(found)
                        )
                    )
                )
            contents += [candidate.content, types.Content(role="user", parts=parts)]
            if left <= 0:
                return

    def _gathering(self, question: Question, toolbox: Toolbox) -> types.GenerateContentConfig:
        declared = [
            types.FunctionDeclaration(
                name=tool.name,
                description=tool.about,
                parameters_json_schema=dict(tool.parameters),
            )
            for tool in toolbox.tools
        ]
        return types.GenerateContentConfig(
            system_instruction=prompts.rules(question.language),
            safety_settings=_SAFETY,
            tools=[types.Tool(function_declarations=declared)],
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            max_output_tokens=self._settings.output_tokens,
            temperature=0.0,
        )

    def _writing(self, question: Question) -> types.GenerateContentConfig:
        return types.GenerateContentConfig(
            system_instruction=prompts.rules(question.language),
            safety_settings=_SAFETY,
            response_mime_type="application/json",
            response_json_schema=dict(prompts.FORMS[question.kind]),
            max_output_tokens=self._settings.output_tokens,
            temperature=0.2,
        )

    async def _ask(
        self,
        contents: list[types.Content],
        config: types.GenerateContentConfig,
        usage: Usage,
    ) -> types.GenerateContentResponse:
        try:
            response = await self._client.models.generate_content(
                model=self.model, contents=list(contents), config=config
            )
        except errors.APIError as error:
            raise failure(error) from error
        except httpx.HTTPError as error:
            raise AssistantAwayError from error
        except _SHAPELESS as error:
            raise MalformedAnswerError from error
        count(response, usage)
        raise_if_blocked(response)
        return response

    async def _opened(
        self, contents: list[types.Content], question: Question
    ) -> AsyncIterator[types.GenerateContentResponse]:
        return await self._client.models.generate_content_stream(
            model=self.model, contents=list(contents), config=self._writing(question)
        )
