"""One table in the panel: what its sheet shows, found as its sheet allows, and read only.

What can be done with a row is on the classes that are made of this one.
"""

# ruff: noqa: ARG002 - the library hands in what not every answer needs

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from markupsafe import escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette_admin import BaseField, RequestAction
from starlette_admin.exceptions import ActionFailed
from starlette_admin.filters import FilterGroup
from starlette_admin.helpers import view_list_url
from starlette_admin.views import BaseModelView

from api.admin.acting import caller_of
from api.admin.deeds import Deed
from api.admin.fields import field_of, looked_at, spoken
from api.admin.read_only import READ_ONLY
from api.errors import NotFoundError
from api.services import services
from storage.engine import ReadSession
from storage.panel.sheets import Sheet, UnfitError
from storage.panel.tables import SHEETS
from storage.queries import panel
from storage.queries.care import SEES_ALL
from storage.queries.panel import Line, Question, Rule, Rules
from storage.queries.panel_search import MOST_RELATED


class Row:
    """A line with its columns as attributes, as the library wants rows to be."""

    def __init__(self, line: Line) -> None:
        """Take the line."""
        self.line = line
        self.pk = line.pk

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the column holds
        """The value of a column; None of one that is not shown."""
        return self.__dict__["line"].values.get(name)


class Entity(BaseModelView):
    """The rows of one table."""

    pk_attr = "pk"
    exporters = ()
    importers = ()
    actions = ()
    page_size = 25
    column_visibility = False
    detail_template = "panel/detail.html"
    list_template = "panel/list.html"

    def __init__(self, sheet: Sheet) -> None:
        """Show what the sheet shows."""
        self.sheet = sheet
        self.key, self.menu_label, self.display_name = sheet.key, sheet.label, sheet.label
        self.group = sheet.group
        self.fields = [field_of(sheet, shown) for shown in sheet.shown]
        self.searchable_fields = [one.name for one in sheet.shown if one.filtered]
        self.sortable_fields = [one.name for one in sheet.shown if one.indexed]
        self.fields_default_sort = [(sheet.newest, True)] if sheet.newest else []
        super().__init__()

    @property
    def why_not(self) -> str:
        """Why rows are not made or not changed here, where that is so."""
        return READ_ONLY.get(self.sheet.key, "")

    @property
    def looks_at(self) -> str:
        """What is looked at for what somebody types; empty where nothing is."""
        return looked_at(self.sheet)

    def is_accessible(self, request: Request) -> bool:
        """What is of patients is for those who may see every patient."""
        permissions = caller_of(request).account.permissions
        return self.sheet.patient is None or SEES_ALL in permissions

    def can_create(self, request: Request) -> bool:
        """Nothing comes from here, unless an entity says so."""
        return False

    def can_edit(self, request: Request) -> bool:
        """Nothing changes, unless an entity says so."""
        return False

    def can_delete(self, request: Request) -> bool:
        """Nothing goes, unless an entity says so."""
        return False

    def can_export(self, request: Request) -> bool:
        """Persons' data leave as exports, which are asked for, told and kept for a while."""
        return False

    def can_import(self, request: Request) -> bool:
        """Files come through the API."""
        return False

    async def is_row_action_allowed(self, request: Request, name: str) -> bool:
        """Whoever may not do it over the API may not do it here."""
        deed = self._deed(name)
        if deed is not None and deed.needs is not None:
            return deed.needs in caller_of(request).account.permissions
        return bool(await super().is_row_action_allowed(request, name))

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What cannot be done with a row is not offered there."""
        deed = self._deed(name)
        if deed is not None and not deed.when(obj, caller_of(request)):
            return False
        return await self.is_row_action_allowed(request, name)

    def _deed(self, name: str) -> Deed | None:
        return getattr(self._row_actions_handlers.get(name), "deed", None)

    def get_fields_list(
        self,
        request: Request,
        *,
        include_nested: bool = False,
        action: RequestAction | None = None,
    ) -> Sequence[BaseField]:
        """What is on a page; a list is sorted and filtered by columns that are not on it, too."""
        if include_nested and (action or request.state.action) is RequestAction.LIST:
            return self._all_fields
        return super().get_fields_list(request, include_nested=include_nested, action=action)

    async def find_all(  # noqa: PLR0913, PLR0917 - as the library asks
        self,
        request: Request,
        skip: int = 0,
        limit: int = panel.MOST_ROWS,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: FilterGroup | None = None,
    ) -> Sequence[Row]:
        """One page; of those to pick from, what is called so, by name."""
        order = [(name, direction == "desc") for name, direction in sorts or ()]
        if request.state.action is RequestAction.RELATION_LOOKUP:
            if not q and not self.sheet.few:
                return []
            indexed = {one.name for one in self.sheet.shown if one.indexed}
            order = [(name, False) for name in self.sheet.title if name in indexed]
        async with _asked(request) as session:
            question = await self._question(request, session, q, filters)
            lines = await panel.page(session, question, sorts=order, skip=skip, limit=limit)
        return [Row(one) for one in lines]

    async def count(
        self, request: Request, q: str | None = None, filters: FilterGroup | None = None
    ) -> int:
        """How many there are, as far as anybody leafs."""
        async with _asked(request) as session:
            question = await self._question(request, session, q, filters)
            return await panel.count(session, question)

    async def find_by_pk(self, request: Request, pk: Any) -> Row | None:  # noqa: ANN401
        """One row."""
        found = await self.find_by_pks(request, [pk])
        return found[0] if found else None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Row]:
        """Several."""
        async with _asked(request) as session:
            lines = await panel.many(session, self.sheet, [str(pk) for pk in pks])
        return [Row(one) for one in lines]

    async def seen(self, request: Request, pk: Any) -> Row:  # noqa: ANN401
        """The row that something is done with.

        Raises:
            ActionFailed: when there is none.
        """
        row = await self.find_by_pk(request, pk)
        if row is None:
            raise ActionFailed(NotFoundError.title())
        return row

    async def create(self, request: Request, data: dict[str, Any]) -> Any:  # noqa: ANN401
        """Refuse, unless an entity says otherwise."""
        raise HTTPException(403)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401
        """Refuse, unless an entity says otherwise."""
        raise HTTPException(403)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Refuse, unless an entity says otherwise."""
        raise HTTPException(403)

    async def repr(self, obj: Row, request: Request) -> str:
        """What a row is called."""
        return obj.line.called or obj.pk

    async def select2_result(self, obj: Row, request: Request) -> str:
        """What a row is called where it is picked, and what tells it from its namesakes."""
        beside = " · ".join(str(one) for name in self.sheet.beside if (one := getattr(obj, name)))
        called = escape(await self.repr(obj, request))
        return f'<span>{called} <small class="text-secondary">{escape(beside)}</small></span>'

    def missing(self, request: Request) -> str:
        """What to ask for first, where a table is too long to be looked through."""
        asked, looked = request.query_params.get("filter", ""), request.query_params.get("q", "")
        wanted = self.sheet.asks_for
        if not wanted or looked.strip() or any(f"{one}__eq" in asked for one in wanted):
            return ""
        return f"Search for a name, or filter by {' or '.join(map(spoken, wanted))} first."

    def cut(self, request: Request) -> str:
        """That more is meant by what was typed than was looked at, where that is so."""
        found = getattr(request.state, "found", None)
        if found is None or not found.is_cut:
            return ""
        return f"More than {MOST_RELATED} are called so: type more of the name."

    def related(self, request: Request, row: Row) -> list[tuple[str, str]]:
        """Lists of other tables, of what names this row."""
        found = []
        for sheet in SHEETS.values():
            names = [one for one in sheet.shown if one.links_to == self.key and one.filtered]
            for one in names:
                url = f"{view_list_url(request, sheet.key)}?filter={one.name}__eq={row.pk}"
                about = spoken(one.name)
                found.append((f"{sheet.label} ({about})" if len(names) > 1 else sheet.label, url))
        return found

    async def _question(
        self, request: Request, session: ReadSession, q: str | None, filters: FilterGroup | None
    ) -> Question:
        rules = _rules(filters or FilterGroup())
        if not q or not q.strip():
            return Question(self.sheet, rules=rules)
        # A page asks twice: which rows, and how many.
        if getattr(request.state, "found", None) is None:
            request.state.found = await panel.find(session, self.sheet, q)
        return Question(self.sheet, request.state.found, rules)


@asynccontextmanager
async def _asked(request: Request) -> AsyncIterator[ReadSession]:
    """A session whose refusals are told as what they are."""
    try:
        async with services(request).database.read() as session:
            yield session
    except UnfitError as error:
        raise HTTPException(400, str(error)) from error
    except TimeoutError as error:
        raise HTTPException(400, "That takes too long: narrow it down by a filter.") from error


def _rules(group: FilterGroup) -> Rules:
    parts = [
        _rules(one)
        if isinstance(one, FilterGroup)
        else Rule(one.field, one.filter, one.value, one.value2)
        for one in group.rules
    ]
    return Rules(parts, any_of_them=group.logic == "or")
