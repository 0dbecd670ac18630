"""In which country somebody is: as their telephone number says, else as the settings do."""

import phonenumbers


def country_of(phone_number: str, default: str) -> str:
    """ISO 3166-1 alpha-2, or `default`.

    >>> country_of("+33612345678", "GH"), country_of("", "GH")
    ('FR', 'GH')
    """
    try:
        parsed = phonenumbers.parse(phone_number, None)
    except phonenumbers.NumberParseException:
        return default
    return phonenumbers.region_code_for_number(parsed) or default
