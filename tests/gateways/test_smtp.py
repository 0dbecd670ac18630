"""E-mail against a real SMTP server."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from gateways.outgoing import Attachment, Email, RefusedError, TryLaterError
from gateways.smtp import SmtpEmail, SmtpServer

MESSAGE = Email(
    "d-1", "efua@clinic.example", "Efua Addó", "Réponse attendue", "Bonjour é", "<p>Bonjour</p>"
)


class Inbox:
    """Keeps what comes; answers as told."""

    def __init__(
        self, answer: str = "250 kept", recipient: str = "250 OK", wait: float = 0
    ) -> None:
        self.answer, self.recipient, self.wait = answer, recipient, wait
        self.kept: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802 - the server's name for it
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a message, or not."""
        await asyncio.sleep(self.wait)
        content = envelope.content
        assert isinstance(content, bytes)
        read = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        self.kept.append(read)
        return self.answer


@asynccontextmanager
async def smtp(inbox: Inbox, **more: Any) -> AsyncIterator[int]:
    """Run a server; its port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(inbox, loop=loop, **more), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def outlet(port: int, timeout_seconds: float = 30, **more: Any) -> SmtpEmail:
    sender = "JEGHealth <jeg@clinic.example>"
    server = SmtpServer("127.0.0.1", port, "none", sender, **more)
    return SmtpEmail(server, timeout_seconds=timeout_seconds)


async def test_a_message_arrives_as_text_and_html() -> None:
    inbox = Inbox()
    async with smtp(inbox) as port:
        assert await outlet(port).send(MESSAGE) == "<d-1@clinic.example>"
        assert await outlet(port).send(MESSAGE) == "<d-1@clinic.example>"
    first, second = inbox.kept
    assert first["Message-ID"] == second["Message-ID"]
    assert (first["Subject"], first["To"]) == (
        "Réponse attendue",
        "Efua Addó <efua@clinic.example>",
    )
    text, html = first.get_body(["plain"]), first.get_body(["html"])
    assert text is not None
    assert html is not None
    assert (text.get_content().strip(), html.get_content().strip()) == (
        "Bonjour é",
        "<p>Bonjour</p>",
    )
    assert first["Auto-Submitted"] == "auto-generated"


async def test_a_file_goes_with_it() -> None:
    inbox = Inbox()
    content = "BEGIN:VCALENDAR\r\nSUMMARY:é\r\nEND:VCALENDAR\r\n".encode()
    media_type = "text/calendar; method=REQUEST; charset=utf-8"
    invitation = Attachment("invitation.ics", media_type, content)
    async with smtp(inbox) as port:
        await outlet(port).send(replace(MESSAGE, attachments=(invitation,)))
    [mail] = inbox.kept
    text = mail.get_body(["plain"])
    assert text is not None
    assert text.get_content().strip() == "Bonjour é"
    [part] = mail.iter_attachments()
    assert (part.get_content_type(), part.get_param("method")) == ("text/calendar", "REQUEST")
    assert part.get_filename() == "invitation.ics"
    assert part.get_payload(decode=True) == content


def answering(where: str, words: str) -> Inbox:
    return Inbox(answer=words) if where == "answer" else Inbox(recipient=words)


@pytest.mark.parametrize("where", ["answer", "recipient"])
async def test_4xx_is_tried_later_and_5xx_is_not(where: str) -> None:
    async with smtp(answering(where, "451 busy")) as port:
        with pytest.raises(TryLaterError, match="451"):
            await outlet(port).send(MESSAGE)
    async with smtp(answering(where, "550 nobody")) as port:
        with pytest.raises(RefusedError) as error:
            await outlet(port).send(MESSAGE)
    assert error.value.code == "smtp: 550"


async def test_a_slow_server_is_given_up() -> None:
    async with smtp(Inbox(wait=3)) as port:
        with pytest.raises(TryLaterError):
            await outlet(port, timeout_seconds=1).send(MESSAGE)


async def test_no_server_is_tried_later() -> None:
    async with smtp(Inbox()) as port:
        pass
    with pytest.raises(TryLaterError) as error:
        await outlet(port).send(MESSAGE)
    assert error.value.code == "smtp: SMTPConnectError"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_it_logs_in_and_a_wrong_password_is_tried_later() -> None:
    inbox = Inbox()

    def login(
        _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: LoginPassword
    ) -> AuthResult:
        right = (data.login, data.password) == (b"jeg", b"word")
        return AuthResult(success=right, handled=False)

    options: Any = {
        "authenticator": login,
        "auth_require_tls": False,
        "auth_required": True,
    }
    async with smtp(inbox, **options) as port:
        await outlet(port, username="jeg", password="word").send(MESSAGE)
        with pytest.raises(TryLaterError, match="535"):
            await outlet(port, username="jeg", password="wrong").send(MESSAGE)
    assert len(inbox.kept) == 1


async def test_no_header_can_be_smuggled_in() -> None:
    bad = Email("d-2", "a@b.example", "x\r\nBcc: c@d.example", "s\r\nBcc: c@d.example", "t", "h")
    inbox = Inbox()
    async with smtp(inbox) as port:
        with pytest.raises(RefusedError):
            await outlet(port).send(bad)
    assert inbox.kept == []
