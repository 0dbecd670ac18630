"""Replay of recordings through the whole system, with an account of every sample."""


class ReplayError(Exception):
    """The replay cannot go on; the message is one line that says why and what to do."""
