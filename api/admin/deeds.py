"""What can be done with a row: how it is offered, to whom, with which rows, and how it is done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette_admin import row_action
from starlette_admin.flash import flash

from api.admin.acting import Turn, perform
from api.auth import Caller

Typed = Mapping[str, str]
"""What was typed into the fields of a deed's form."""
View = TypeVar("View")
Work = Callable[[View, Turn, Any, Typed], Awaitable[str | None]]
"""What is done with a row of a view; what it comes to is told where it does not show."""
When = Callable[[Any, Caller], bool]
Act = Callable[[View, Request, str], Awaitable[None]]
_RED: Final = "btn btn-danger"


@dataclass(frozen=True, slots=True)
class Deed:
    """To whom and with which rows something is offered."""

    needs: str | None
    when: When


def _always(_row: object, _caller: Caller) -> bool:
    return True


def deed(  # noqa: PLR0913 - what the library asks of each
    text: str,
    icon: str,
    confirmation: str,
    *,
    needs: str | None,
    when: When = _always,
    button: str | None = None,
    is_final: bool = False,
    **looks: Any,  # noqa: ANN401 - as the library takes it
) -> Callable[[Work[View]], Act[View]]:
    """Offer what a method does with a row as an action of the method's name.

    It is done as whoever is logged in, in one transaction, with the row as the panel shows it.

    Args:
        text: What it is called.
        icon: Name of its sign.
        confirmation: What comes of it, told before it is done.
        needs: Permission that its endpoint asks for; None: the panel's own.
        when: Whether it can be done with a row.
        button: What the button says that does it; None: what it is called.
        is_final: Whether nobody can take it back.
        **looks: What else the library takes.

    """
    if is_final:
        looks["submit_btn_class"] = _RED

    def offered(work: Work[View]) -> Act[View]:
        async def act(view: Any, request: Request, pk: str) -> None:  # noqa: ANN401
            row, typed = await view.seen(request, pk), await _typed(request)
            said = await perform(request, lambda turn: work(view, turn, row, typed))
            if said:
                flash(request, said, "success")

        act.deed = Deed(needs, when)  # type: ignore[attr-defined]
        made: Act[View] = row_action(
            name=work.__name__,
            text=text,
            icon_class=f"fa fa-{icon}",
            confirmation=confirmation,
            submit_btn_text=button or text,
            **looks,
        )(act)
        return made

    return offered


async def _typed(request: Request) -> Typed:
    form = await request.form()
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}
