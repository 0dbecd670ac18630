"""The page's own tests, so that one command runs everything."""

import os
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_pure_rules_of_the_page() -> None:
    path = f"{REPOSITORY / '.jeg/node/bin'}{os.pathsep}{os.environ['PATH']}"
    npm = shutil.which("npm", path=path)
    assert npm, "Node is missing: run `make setup`"
    done = subprocess.run(
        [npm, "test"],
        cwd=REPOSITORY / "web",
        env=os.environ | {"PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
