"""The parts that one process of the API shares between its requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

if TYPE_CHECKING:
    from api.commands.waiters import Waiters
    from api.credentials import Passwords, Tokens
    from api.downlink import Downlink
    from api.dr_jeg.desk import Desk
    from api.hub import Hub
    from api.intake.service import Intake
    from api.quotas import Quotas
    from api.settings import Settings
    from api.trail import Trail
    from gateways.broker_accounts import BrokerAccounts
    from gateways.files import Files
    from gateways.licences import Licences
    from gateways.payments.providers import Providers
    from gateways.wording import Templates
    from storage.engine import Database
    from telemetry.vouchers import Vouchers


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by the application factory, closed with it."""

    settings: Settings
    database: Database
    accounts: BrokerAccounts
    passwords: Passwords
    tokens: Tokens
    quotas: Quotas
    hub: Hub
    intake: Intake
    downlink: Downlink
    waiters: Waiters
    trail: Trail
    vouchers: Vouchers
    files: Files
    payments: Providers
    licences: Licences
    dr_jeg: Desk
    wording: Templates


def services(request: Request) -> Services:
    """Find the parts of the application that serves this request."""
    return cast("Services", request.app.state.services)


async def _shared(request: Request) -> Services:
    """The same as a dependency; one that is not async would run in a thread."""
    return services(request)


Shared = Annotated[Services, Depends(_shared)]
