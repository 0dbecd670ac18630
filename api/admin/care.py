"""What administrators do about hospitals and providers: enter, change, verify a licence."""

from typing import Any
from uuid import UUID

from fastapi import Response

from api.admin.acting import Turn, begun
from api.admin.changing import Changeable, whatever_is_current
from api.admin.deeds import Typed, deed
from api.admin.entity import Row
from api.hospitals.endpoints import add_hospital, change_hospital
from api.hospitals.schemas import HospitalInput, HospitalPatch
from api.providers.endpoints import add_provider, change_provider
from api.providers.schemas import NewProvider, ProviderInput, ProviderPatch
from api.providers.service import verify

MANAGES = "providers.manage"


class Hospitals(Changeable):
    """Hospitals: entered and changed, never deleted; one that is closed is not active."""

    shape = HospitalPatch
    making = HospitalInput
    writable = tuple(HospitalInput.model_fields)
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        return (await add_hospital(turn.session, turn.caller, body, Response())).id

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PATCH does."""
        await change_hospital(
            session=turn.session,
            caller=turn.caller,
            hospital_id=row.id,
            body=body,
            edit=whatever_is_current(f"/api/hospitals/{row.id}/"),
            response=Response(),
        )
        return None


class Providers(Changeable):
    """Providers: entered and changed, and their licences verified; a new one is checked anew."""

    making = NewProvider
    shape = ProviderPatch
    writable = tuple(ProviderInput.model_fields)
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        return (
            await add_provider(begun(turn.session), turn.caller, turn.parts, body, Response())
        ).id

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PATCH does."""
        await change_provider(
            begin=begun(turn.session),
            caller=turn.caller,
            parts=turn.parts,
            provider_id=row.id,
            body=body,
            edit=whatever_is_current(f"/api/providers/{row.id}/"),
            response=Response(),
        )
        return None

    @deed(
        "Verify licence",
        "id-card",
        "The register is asked whether the licence is valid and this person's.",
        needs=MANAGES,
        button="Verify",
    )
    async def verify_licence(self, turn: Turn, row: Row, _typed: Typed) -> str:
        """Ask the register, as entering a provider does."""
        await verify(turn.parts, turn.session, turn.caller, row.id)
        return "The licence is valid."
