"""Shapes of second factors and sessions."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr, StringConstraints

from api.accounts.schemas import MAX_TOKEN, Password
from api.schemas import Input, Name

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class PasswordInput(Input):
    """The current password once more, before something that a stolen session must not do."""

    current_password: Password


class CodeInput(Input):
    """A code from an authenticator app or a text message."""

    code: Code


class SecondFactors(BaseModel):
    """What the caller can show beside the password."""

    totp: bool = Field(description="Whether an authenticator app is set up.")
    totp_since: dt.datetime | None
    recovery_codes: int = Field(description="How many are left.")
    passkeys: int
    required: bool = Field(description="Whether a role of the caller's needs a second factor.")


class Enrolment(BaseModel):
    """What an authenticator app is told, once; good after its first code is confirmed."""

    secret: str = Field(description="Base32, to be typed where no picture can be taken.")
    uri: str = Field(description="otpauth: address with the same.")
    qr_svg: str = Field(description="QR code of that address, as SVG.")


class RecoveryCodes(BaseModel):
    """Codes that each stand in once for a lost second factor; they are not told again."""

    recovery_codes: list[str] = Field(description="Empty when there are some from before.")


class PasskeyOptions(BaseModel):
    """What `navigator.credentials` is called with."""

    id: UUID = Field(description="To be sent back with the answer, within 5 minutes.")
    public_key: dict[str, Any] = Field(
        description="`publicKey` in JSON, for parseCreationOptionsFromJSON or "
        "parseRequestOptionsFromJSON."
    )


class PasskeyAnswer(Input):
    """What `navigator.credentials` answered, by its `toJSON()`."""

    id: UUID
    credential: dict[str, Any]


class PasskeyInput(PasskeyAnswer):
    """The same for a passkey to be added."""

    name: Name = Field(description="What the user calls it.")


class Passkey(BaseModel):
    """A passkey of the caller's."""

    id: UUID
    name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None


class Passkeys(BaseModel):
    """All passkeys of the caller: 20 at most."""

    results: list[Passkey]


class NewPasskey(Passkey, RecoveryCodes):
    """A passkey that was added."""


class LoginSession(BaseModel):
    """A login of the caller's that is still open."""

    id: UUID
    method: Literal["password", "totp", "recovery_code", "passkey"]
    is_current: bool = Field(description="Whether this request is of it.")
    address: str = Field(description="Where its tokens were last renewed from.")
    user_agent: str
    created_at: dt.datetime
    last_used_at: dt.datetime = Field(description="When its tokens were last renewed.")
    expires_at: dt.datetime


class TokenInput(Input):
    """The token of a link in a mail: what follows `#token=`."""

    token: Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN)]
