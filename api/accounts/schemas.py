"""Shapes of accounts."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    EmailStr,
    Field,
    PastDate,
    SecretStr,
    StringConstraints,
)

from api.accounts.common_passwords import uncommon
from api.accounts.profile_schemas import Phone
from api.schemas import Input, Name, ShortText

MAX_PASSWORD = 256
MAX_TOKEN = 2048

Password = Annotated[SecretStr, Field(min_length=1, max_length=MAX_PASSWORD)]
NewPassword = Annotated[
    SecretStr, Field(min_length=10, max_length=MAX_PASSWORD), AfterValidator(uncommon)
]
LowerEmail = Annotated[EmailStr, Field(max_length=254), AfterValidator(str.lower)]


class AccountInput(Input):
    """A person who registers."""

    email: LowerEmail
    password: NewPassword
    first_name: Name
    last_name: Name
    phone_number: Phone = ""
    date_of_birth: PastDate | None = None


class Login(Input):
    """An e-mail address and a password."""

    email: ShortText
    password: Password


class SecondStep(Input):
    """The ticket of a login whose password was right, and a code."""

    ticket: Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN)]
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)] = (
        Field(description="Six digits of the authenticator app, or a recovery code.")
    )


class EmailInput(Input):
    """The e-mail address of an account."""

    email: LowerEmail


class EmailChange(EmailInput):
    """Another e-mail address for the account."""

    current_password: Password


class PasswordChange(Input):
    """The current password and the one to come."""

    current_password: Password
    new_password: NewPassword


class PasswordReset(Input):
    """The token of a link in a mail, and the new password."""

    token: Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN)]
    new_password: NewPassword


class RefreshInput(Input):
    """A refresh token."""

    refresh: Annotated[SecretStr, Field(min_length=1, max_length=MAX_TOKEN)]


class User(BaseModel):
    """The account that is logged in."""

    id: UUID
    email: str
    first_name: str
    last_name: str
    roles: list[str]


class TokenPair(BaseModel):
    """An access token, and a refresh token that can be used once."""

    access: str
    refresh: str
    access_expires_at: dt.datetime


class LoggedIn(TokenPair):
    """Tokens and whom they are for."""

    user: User
