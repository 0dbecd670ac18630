"""What the assistant refuses."""

from api.errors import ConflictError, PermissionDeniedError, TooManyRequestsError


class AssistantConsentNeededError(PermissionDeniedError):
    """Agree first that the assistant may read your health data (consent ai_assistant)."""


class TokenBudgetSpentError(TooManyRequestsError):
    """You have used up what the assistant may answer; Retry-After says when there is more."""


class ProposalClosedError(ConflictError):
    """The proposal was decided, replaced, or is too old; ask for another."""


class BeingAnsweredError(ConflictError):
    """Something of this conversation is being answered; wait for it."""
