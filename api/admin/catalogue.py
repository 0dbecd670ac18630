"""What administrators do about medicines: enter and change them, and their categories."""

from typing import Any, ClassVar
from uuid import UUID

from fastapi import Response
from starlette.requests import Request
from starlette_admin import row_action

from api.admin.acting import id_of, perform
from api.admin.changing import Changeable, whatever_is_current
from api.auth import Caller
from api.errors import NotFoundError
from api.medications import categories, endpoints
from api.medications.schemas import (
    MedicationCategoryInput,
    MedicationFields,
    MedicationInput,
    MedicationPatch,
)
from api.schemas import Name
from api.services import Services
from storage.engine import WriteSession
from storage.queries import medications

MANAGES = "medications.manage"


class Medications(Changeable):
    """Medicines: never deleted, as people take them; one that is gone is not active."""

    shape = MedicationPatch
    making = MedicationInput
    # Lists have no field in a form: classes are changed over the API.
    writable = tuple(one for one in MedicationFields.model_fields if one != "drug_classes")
    permission = MANAGES

    async def make(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        body: Any,  # noqa: ANN401
    ) -> UUID:
        """As POST does."""
        del parts
        return (await endpoints.add_medication(session, caller, body, Response())).id

    async def change(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        row_id: UUID,
        body: Any,  # noqa: ANN401
    ) -> None:
        """As PATCH does."""
        del parts
        edit = whatever_is_current(f"/api/medications/{row_id}/")
        await endpoints.change_medication(session, caller, row_id, edit, body, Response())


class CategoryPatch(MedicationCategoryInput):
    """The same; what is left out stays."""

    name: Name = ""


class MedicationCategories(Changeable):
    """Categories of medicines; one that nothing is in may be removed."""

    shape = CategoryPatch
    making = MedicationCategoryInput
    writable = tuple(MedicationCategoryInput.model_fields)
    permission = MANAGES
    needs: ClassVar = {"remove": MANAGES}

    async def make(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        body: Any,  # noqa: ANN401
    ) -> UUID:
        """As POST does."""
        del parts
        made = await categories.add_medication_category(session, caller, body, Response())
        return made.id

    async def change(
        self,
        parts: Services,
        session: WriteSession,
        caller: Caller,
        row_id: UUID,
        body: Any,  # noqa: ANN401
    ) -> None:
        """As PUT does, with what the form left as it was."""
        del parts
        before = await medications.find_category(session, row_id)
        if before is None:
            raise NotFoundError
        kept = {name: getattr(before, name) for name in self.writable}
        whole = MedicationCategoryInput.model_validate(kept | body.model_dump(exclude_unset=True))
        edit = whatever_is_current(f"/api/medications/categories/{row_id}/")
        await categories.replace_medication_category(
            session, caller, row_id, edit, whole, Response()
        )

    @row_action(
        name="remove",
        text="Remove",
        confirmation="Only a category that no medicine is in can be removed.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """Delete a category."""
        category_id = id_of(pk)
        edit = whatever_is_current(f"/api/medications/categories/{category_id}/")

        async def work(_parts: Services, session: WriteSession, caller: Caller) -> None:
            await categories.delete_medication_category(session, caller, category_id, edit)

        await perform(request, work)
