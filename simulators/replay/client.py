"""The HTTP API as the replay uses it."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from simulators.device import Identity
from simulators.replay import ReplayError
from simulators.replay.recordings import Recording

TIMEOUT_S = 30.0
TRIES = 5
PAGE = 500
FIRST_NAMES = ("Abena", "Kojo", "Esi", "Kwame", "Akua", "Yaw", "Efua", "Kofi", "Adwoa", "Kwesi")
LAST_NAMES = ("Asante", "Boateng", "Darko", "Frimpong", "Gyasi", "Mensah", "Ofori", "Sarpong")


class Client:
    """A logged-in caller; logs in again when its token has run out."""

    def __init__(self, http: httpx.AsyncClient, email: str, password: str) -> None:
        """Use an HTTP client whose base URL is the API's."""
        self._http = http
        self._login = {"email": email, "password": password}

    async def log_in(self) -> None:
        """Log in.

        Raises:
            ReplayError: for a wrong e-mail address or password.
        """
        answer = await self._send("POST", "/api/auth/login/", tries=1, json=self._login)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            message = f"wrong e-mail address or password for {self._login['email']}"
            raise ReplayError(message)
        token = _body(answer)["access"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    async def register_patient(self, recording: Recording, number: int) -> str:
        """Register the patient of a recording, who is invented but for age and sex.

        Returns:
            Patient id; the same one for the same recording.
        """
        patient: dict[str, Any] = {
            "first_name": FIRST_NAMES[number % len(FIRST_NAMES)],
            "last_name": LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)],
            "sex": recording.sex,
            "ward": "ICU",
            "bed": str(number),
            "identifier": recording.name,
        }
        if recording.age is not None:
            year = dt.datetime.now(dt.UTC).year - recording.age
            patient["date_of_birth"] = f"{year}-01-01"
        return str((await self._json("POST", "/api/patients/", json=patient))["id"])

    async def register_device(self, patient_id: str, name: str) -> tuple[Identity, str, int]:
        """Register a new, verified device of a patient: identity, broker host, broker port."""
        device = {
            "device_type": "MONITOR",
            "name": f"Replay of {name}",
            "manufacturer": "JEGHealth",
            "model": "replay",
            "owner_id": patient_id,
            "provisioned": True,
        }
        told = await self._json("POST", "/api/iot/devices/", json=device)
        identity = Identity(told["device_id"], told["api_key"], told["topics"])
        return identity, told["broker"]["host"], told["broker"]["port"]

    async def retire_device(self, device_id: str) -> None:
        """Take a device out of use: nobody waits for its readings any more."""
        await self._json("PATCH", f"/api/iot/devices/{device_id}/", json={"status": "INACTIVE"})

    async def ledger(self, device_id: str) -> dict[str, Any]:
        """Get what became of a device's messages and readings."""
        return await self._json("GET", f"/api/iot/devices/{device_id}/ledger/")

    async def stored(
        self, patient_id: str, device_id: str, metric: str, since_ms: int, until_ms: int
    ) -> list[tuple[int, float]]:
        """Get (time in ms, value) of what one device stored of a metric in a window."""
        query: dict[str, Any] = {
            "patient": patient_id,
            "metric": metric,
            "since": _rfc3339(since_ms),
            "until": _rfc3339(until_ms),
            "limit": PAGE,
        }
        found: list[tuple[int, float]] = []
        while True:
            page = await self._json("GET", "/api/health-metrics/", params=query)
            found += [
                (_milliseconds(row["recorded_at"]), float(row["value"]))
                for row in page["results"]
                if row["device_id"] == device_id
            ]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    async def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        answer = await self._send(method, path, **more)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await self.log_in()
            answer = await self._send(method, path, **more)
        return _body(answer)

    async def _send(
        self,
        method: str,
        path: str,
        tries: int = TRIES,
        **more: Any,  # noqa: ANN401 - handed to httpx
    ) -> httpx.Response:
        """Send a request; a busy or restarting API gets some more tries."""
        for attempt in range(tries):
            try:
                answer = await self._http.request(method, path, **more)
            except httpx.TransportError as error:
                message = f"no API at {self._http.base_url}: {str(error) or type(error).__name__}"
                failure = ReplayError(message)
            else:
                if answer.status_code not in BUSY:
                    return answer
                message = f"{method} {path} answered {answer.status_code}"
                failure = ReplayError(message)
            if attempt + 1 < tries:
                await asyncio.sleep(0.2 * 2.0**attempt)
        raise failure


BUSY = frozenset({429, 502, 503, 504})


@asynccontextmanager
async def logged_in(url: str, email: str, password: str) -> AsyncIterator[Client]:
    """Log in at an API.

    Raises:
        ReplayError: when there is no API at `url`, or the login is wrong.
    """
    try:
        http = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S)
    except httpx.InvalidURL as error:
        message = f"{url!r} is not a URL: {error}"
        raise ReplayError(message) from error
    async with http:
        client = Client(http, email, password)
        await client.log_in()
        yield client


def _body(answer: httpx.Response) -> dict[str, Any]:
    """Take the JSON object of a good answer; anything else is one clear line."""
    path = answer.request.url.path
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        message = f"{path} answered {answer.status_code} and no JSON: is this the JEGHealth API?"
        raise ReplayError(message)
    if answer.is_error:
        why = body.get("detail") or body.get("title") or "no reason given"
        message = f"{path} answered {answer.status_code}: {why}"
        raise ReplayError(message)
    return body


def _rfc3339(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).isoformat()


def _milliseconds(text: str) -> int:
    return round(dt.datetime.fromisoformat(text).timestamp() * 1000)
