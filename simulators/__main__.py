"""`python -m simulators`: play the demo ward until it is told to stop."""

import os
import sys

from pydantic import ValidationError

from simulators.settings import Settings
from simulators.state import StateError
from simulators.ward import WardError, play
from telemetry.faults import faults_of
from telemetry.logs import configure


def main() -> int:
    """Run the ward; gives the exit code."""
    try:
        settings = Settings()
        configure("simulator", settings.log_format)
        play(settings)
    except ValidationError as error:
        sys.stderr.write(f"simulator: wrong setting: {'; '.join(faults_of(error))}\n")
        return os.EX_CONFIG
    except (WardError, StateError) as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
