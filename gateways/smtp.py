"""E-mail by SMTP (RFC 5321), with TLS."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from typing import Literal

import aiosmtplib

from gateways.outgoing import TIMEOUT_SECONDS, Attachment, Email, RefusedError, TryLaterError

Security = Literal["starttls", "tls", "none"]
_PERMANENT = 500
_AUTHENTICATION = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in, and as whom."""

    host: str
    port: int
    security: Security
    sender: str
    """`Name <address>`."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class SmtpEmail:
    """Hands mail in at one server."""

    def __init__(self, server: SmtpServer, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout_seconds = timeout_seconds

    async def send(self, message: Email) -> str:
        """Hand it in; its Message-ID, which is made of its key and so the same each time.

        Raises:
            TryLaterError: The server is away, slow, or says 4xx; or it does not let us in, which
                somebody will mend.
            RefusedError: It says 5xx, or the address is none.

        """
        server = self._server
        try:
            built = build(message, server.sender)
        except (ValueError, IndexError) as error:  # what the library raises for a bad address
            code = "smtp: the message cannot be written"
            raise RefusedError(code) from error
        try:
            await aiosmtplib.send(
                built,
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                timeout=self._timeout_seconds,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0].code) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _judged(error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            code = f"smtp: {type(error).__name__}"
            raise TryLaterError(code) from error
        return str(built["Message-ID"])

    async def sent_before(self, message: Email, since_ms: int) -> str | None:  # noqa: ARG002
        """SMTP cannot be asked; the Message-ID lets the reader's mail program tell."""
        return None


def build(message: Email, sender: str) -> EmailMessage:
    """Make the message; both forms say the same (RFC 2046, multipart/alternative)."""
    name, address = parseaddr(sender)
    built = EmailMessage()
    built["From"] = Address(name, addr_spec=address)
    built["To"] = Address(message.name, addr_spec=message.to)
    built["Subject"] = message.subject
    built["Date"] = format_datetime(localtime())
    built["Message-ID"] = f"<{message.key}@{address.rpartition('@')[2]}>"
    built["Auto-Submitted"] = "auto-generated"
    built.set_content(message.text)
    built.add_alternative(message.html, subtype="html")
    for one in message.attachments:
        _attach(built, one)
    return built


def _attach(built: EmailMessage, one: Attachment) -> None:
    header = EmailMessage()
    header["Content-Type"] = one.media_type
    kind = header["Content-Type"]
    built.add_attachment(
        one.content,
        maintype=kind.maintype,
        subtype=kind.subtype,
        params=dict(kind.params),
        filename=one.name,
    )


def _judged(code: int) -> RefusedError | TryLaterError:
    said = f"smtp: {code}"
    if code >= _PERMANENT and code not in _AUTHENTICATION:
        return RefusedError(said)
    return TryLaterError(said)
