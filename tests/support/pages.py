"""Pages in a real browser: who is logged in, what they look like, whether they fit a telephone."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from stack.demo_clinic import PASSWORD

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def wait_until(page: Page, condition: Callable[[], object], seconds: float = 45) -> None:
    """Let the page go on until something has come from it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing came from the page"
        page.wait_for_timeout(10)


def picture(page: Page, name: str) -> None:
    """Keep a picture in the folder that `JEG_TEST_PICTURES` names; without it none is taken."""
    folder, size = os.environ.get("JEG_TEST_PICTURES"), page.viewport_size
    if folder and size:
        path = Path(folder) / f"{name}-{size['width']}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")


def fits_a_phone(page: Page, name: str) -> None:
    """Demand that nothing sticks out where a page is as narrow as a telephone."""
    picture(page, name)
    page.set_viewport_size(PHONE)
    picture(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    page.set_viewport_size(DESK)
