"""Where strangers' addresses may lead, for who takes them in and for who calls them."""

from pydantic import BaseModel, ConfigDict, Field


class AddressSettings(BaseModel):
    """Whether anything but the public network is called."""

    model_config = ConfigDict(frozen=True)

    private_addresses: bool = Field(
        default=False,
        description="Whether webhooks, pushes and hospitals' own systems may be at private "
        "addresses and over plain HTTP; for tests and closed networks. The API and the worker are "
        "told the same.",
    )
