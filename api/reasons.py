"""What is wrong with a field of a request, in words that never quote its value."""

from collections.abc import Mapping
from typing import Any, Final

# Reasons by pydantic's error type. Its own messages may quote the input, so none is passed on.
_REASONS: Final = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "unknown_parameter": "is not a parameter of this operation",
    "misspelt_parameter": "is not a parameter of this operation; did you mean {near}?",
    "key_not_kept": "is not taken by this operation, which keeps none",
    "json_invalid": "is not JSON",
    "string_type": "must be text",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "string_pattern_mismatch": "does not have the right form",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "uuid_type": "must be a UUID",
    "uuid_parsing": "must be a UUID",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_max_digits": "must have at most {max_digits} digits",
    "decimal_max_places": "must have at most {decimal_places} decimals",
    "decimal_whole_digits": "must have at most {whole_digits} digits before the decimal point",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": "must be a date, YYYY-MM-DD",
    "date_parsing": "must be a date, YYYY-MM-DD",
    "date_type": "must be a date, YYYY-MM-DD",
    "date_past": "must be in the past",
    "datetime_from_date_parsing": "must be a time as in RFC 3339",
    "datetime_parsing": "must be a time as in RFC 3339",
    "datetime_type": "must be a time as in RFC 3339",
    "timezone_aware": "must have an offset from UTC",
    "model_attributes_type": "must be an object",
    "common_password": "is one of the most used passwords, or made of the name of this account",
    "phone_number": "must be an international number, such as +233 20 123 4567",
    "pressure_order": "the systolic pressure must be above the diastolic one",
    "pressure_values": "a blood pressure has systolic_value and diastolic_value, and no value",
    "reading_value": "a reading of this metric has a value",
    "time_zone": "must be the name of an IANA time zone, such as Africa/Accra",
    "dict_type": "must be an object",
    "local_time": "must be a time of the day in hours and minutes, without an offset",
    "times_order": "the end must be after the start; 00:00 is the end of the day",
    "rrule": "{why}",
    "exception_days": "the last day must not be before the first",
    "exception_hours": "other hours have a start and an end, a time, and one day",
    "time_parsing": "must be a time such as 09:30",
    "schedule": "{reason}",
    "quiet_hours": "quiet_from and quiet_until go together",
    "notice_kinds": "names a kind that does not exist",
}


class Unfit(ValueError):  # noqa: N818 - said of what was sent, not of the program
    """What a validator of ours has against a request; its words go back to the caller.

    Attributes:
        field: Which field of the model it is about; empty: what the validator stands on.

    """

    def __init__(self, reason: str, field: str = "") -> None:
        """Say why in words that hold for any value: none may be quoted."""
        super().__init__(reason)
        self.field = field


def reason_of(error: Mapping[str, Any]) -> str:
    """What one of pydantic's errors says."""
    kind, context = error["type"], error.get("ctx") or {}
    if isinstance(own := context.get("error"), Unfit):
        return str(own)
    if context.get("field_type") == "Value":
        # What pydantic calls a secret text that is too short or too long.
        kind = f"string_{kind}"
    return _REASONS.get(kind, "is not valid").format_map(context)


def field_of(error: Mapping[str, Any]) -> str:
    """Which field of a whole model one of pydantic's errors is about; empty: it does not say."""
    own = (error.get("ctx") or {}).get("error")
    return own.field if isinstance(own, Unfit) else ""
