"""How old people are."""

import datetime as dt


def age_on(born: dt.date, day: dt.date) -> int:
    """Whole years that somebody is old on a day; who was born on 29 February waits for March.

    >>> age_on(dt.date(2004, 2, 29), dt.date(2023, 2, 28))
    18
    >>> age_on(dt.date(2004, 2, 29), dt.date(2023, 3, 1))
    19
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
