"""What the `jeg` command reports in one line."""


class StackError(Exception):
    """The stack cannot do what it was asked; the message says why and what to do."""
