"""Text messages by Twilio's HTTP interface (2010-04-01/Accounts/{sid}/Messages)."""

import datetime as dt
import json
from email.utils import parsedate_to_datetime
from typing import Any, Final

from gateways.http_calls import Answer, Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, RefusedError, Sms, TryLaterError

TWILIO_URL: Final = "https://api.twilio.com"
_PAGE: Final = 50
"""Messages of one answer: more would be longer than what is read of one."""
_MOST_PAGES: Final = 20
"""A thousand messages to one number since one day are more than we ever send."""
_SERVICE_PREFIX: Final = "MG"


class TwilioSms:
    """Sends text messages by one Twilio account."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str,
        url: str = TWILIO_URL,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """Send from `sender`, a number or the SID of a messaging service (MG...)."""
        self._basic = (account_sid, auth_token)
        self._sender = sender
        self._base = url.rstrip("/")
        self._url = f"{self._base}/2010-04-01/Accounts/{account_sid}/Messages.json"
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Sms) -> str:
        """Send it; Twilio's SID of it.

        Raises:
            TryLaterError: It did not take it now.
            RefusedError: It never will: no such number, or its owner wants nothing from us.

        """
        by_service = self._sender.startswith(_SERVICE_PREFIX)
        source = "MessagingServiceSid" if by_service else "From"
        form = {"To": message.to, source: self._sender, "Body": message.text}
        answer = await self._ask(Request(self._url, form=form, basic=self._basic))
        return str(_document(answer).get("sid", ""))

    async def sent_before(self, message: Sms, since_ms: int) -> str | None:
        """Look for a message with this text to this number since then, page by page.

        Raises:
            TryLaterError: It cannot be told now.
            RefusedError: There are too many messages to tell. Rather none than one twice: it is
                dead then, to be seen and sent again by hand.

        """
        since = dt.datetime.fromtimestamp(since_ms / 1000, dt.UTC).replace(microsecond=0)
        query = {"To": message.to, "DateSent>": f"{since:%Y-%m-%d}", "PageSize": str(_PAGE)}
        request = Request(self._url, "GET", query=query, basic=self._basic)
        for _ in range(_MOST_PAGES):
            page = _document(await self._ask(request))
            for one in page.get("messages", []):
                created = parsedate_to_datetime(str(one["date_created"]))
                if one["body"] == message.text and created >= since:
                    return str(one["sid"])
            following = page.get("next_page_uri")
            if not following:
                return None
            # A path, below the address that the settings name and no other.
            request = Request(
                f"{self._base}/{str(following).lstrip('/')}", "GET", basic=self._basic
            )
        code = "twilio: too many messages to look through"
        raise RefusedError(code)

    async def _ask(self, request: Request) -> Answer:
        answer = await ask("twilio", request, timeout_seconds=self._timeout_seconds)
        if not answer.accepted:
            try:
                number = f" code {int(_document(answer)['code'])}"
            except (KeyError, TypeError, ValueError, RefusedError, TryLaterError):
                number = ""
            judge("twilio", answer, number)
        return answer


def _document(answer: Answer) -> dict[str, Any]:
    try:
        read = json.loads(answer.body)
    except ValueError as error:
        code = "twilio: the answer is no JSON"
        raise TryLaterError(code) from error
    return read if isinstance(read, dict) else {}
