"""PayPal's access token (OAuth 2.0 client credentials), kept for as long as it is good."""

import asyncio
import json
import time
from typing import Final

from gateways.http_calls import Request, ask, judge
from gateways.outgoing import TryLaterError

_EARLY_SECONDS: Final = 60.0
"""Before its end another one is asked for."""


class Token:
    """One token, shared by all who ask for it at the same time."""

    def __init__(
        self, url: str, client_id: str, client_secret: str, timeout_seconds: float
    ) -> None:
        self._url = f"{url}/v1/oauth2/token"
        self._basic = (client_id, client_secret)
        self._timeout_seconds = timeout_seconds
        self._token = ""
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def get(self) -> str:
        """The token, asked for when there is none.

        Raises:
            TryLaterError: PayPal does not answer, or not with a token.
            RefusedError: It does not know these credentials.

        """
        async with self._asking:
            if time.monotonic() >= self._until:
                await self._fetch()
            return self._token

    def forget(self) -> None:
        """Ask for another one next time."""
        self._until = 0.0

    async def _fetch(self) -> None:
        form = {"grant_type": "client_credentials"}
        request = Request(self._url, form=form, basic=self._basic)
        answer = await ask("paypal", request, timeout_seconds=self._timeout_seconds)
        judge("paypal", answer, " token")
        try:
            said = json.loads(answer.body)
            self._token, seconds = str(said["access_token"]), float(said["expires_in"])
        except (ValueError, KeyError, TypeError):
            code = "paypal: the answer is not understood"
            raise TryLaterError(code) from None
        self._until = time.monotonic() + max(seconds - _EARLY_SECONDS, 0.0)
