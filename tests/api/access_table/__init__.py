"""Who may do what with whose data: a row for every endpoint under /api/ and /fhir/, by area.

A new endpoint needs a row in the module of its area, see `rows.py`; new modules are found.
"""

import importlib
import pkgutil
from typing import Final

from tests.api.access_table.rows import Row

ROWS: Final[tuple[Row, ...]] = tuple(
    row
    for module in pkgutil.iter_modules(__path__)
    if module.name != "rows"
    for row in importlib.import_module(f"{__name__}.{module.name}").ROWS
)
