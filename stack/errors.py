"""What the `jeg` command reports in one line."""


class StackError(Exception):
    """The stack cannot do what it was asked; the message says why and what to do."""


def database_away(error: Exception) -> StackError:
    """What to raise where the database does not answer."""
    return StackError(
        f"the database does not answer ({type(error).__name__}); is it up? jeg status"
    )
