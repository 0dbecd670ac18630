"""Shapes of the demonstration."""

from pydantic import BaseModel


class DemoLogin(BaseModel):
    """An account that anyone may use."""

    email: str
    password: str
    role: str = ""


class Demo(BaseModel):
    """What a demonstration offers; nothing anywhere else."""

    logins: list[DemoLogin]
