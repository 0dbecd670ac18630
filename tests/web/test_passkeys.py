"""A passkey in a real browser, with an authenticator that Chromium makes up for it."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from stack.demo_clinic import PASSWORD
from tests.web.conftest import Clinic, log_in


class Authenticator:
    """A security key that is built into the device, as Chromium's developer tools make one."""

    def __init__(self, page: Page) -> None:
        self._tools: CDPSession = page.context.new_cdp_session(page)
        self._tools.send("WebAuthn.enable")
        wanted = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._tools.send("WebAuthn.addVirtualAuthenticator", {"options": wanted})
        self._id = made["authenticatorId"]

    def verifies(self, *, verified: bool) -> None:
        """Whether it knows who holds it, from now on."""
        self._tools.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": verified}
        )

    def credentials(self) -> list[dict[str, Any]]:
        """What it keeps."""
        found = self._tools.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        kept: list[dict[str, Any]] = found["credentials"]
        return kept

    def forget(self) -> None:
        """Lose everything."""
        self._tools.send("WebAuthn.clearCredentials", {"authenticatorId": self._id})


@pytest.fixture
def authenticator(page: Page, clinic: Clinic) -> Authenticator:
    """One in front of the pages at their name: there are no passkeys for an address."""
    clinic.url = clinic.url.replace("127.0.0.1", "localhost")
    page.goto(clinic.url)
    return Authenticator(page)


def add(page: Page, password: str = PASSWORD) -> None:
    """Fill in the form of the account page and send it."""
    form = page.get_by_role("form", name="Passkeys")
    form.get_by_label("Name, such as the device").fill("Ward laptop")
    form.get_by_label("Current password").fill(password)
    form.get_by_role("button", name="Add a passkey").click()


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()


def open_account(page: Page, clinic: Clinic) -> None:
    """Log in by the password and go to the account page."""
    log_in(page, PASSWORD)
    page.locator(".board .row").first.wait_for()
    page.goto(f"{clinic.url}/account")


def test_a_passkey_is_made_and_logs_in_alone(
    page: Page, clinic: Clinic, authenticator: Authenticator
) -> None:
    open_account(page, clinic)
    form = page.get_by_role("form", name="Passkeys")
    add(page, "not the password")
    expect(form.get_by_role("alert")).to_be_visible()
    assert authenticator.credentials() == []

    add(page)
    expect(form.get_by_role("listitem").filter(has_text="Ward laptop")).to_contain_text(
        "never used"
    )
    (kept,) = authenticator.credentials()
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
    add(page)
    expect(form.get_by_role("alert")).to_contain_text("has a passkey of this account already")

    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="My account", exact=True)).to_be_visible()
    strong = "SELECT method, is_strong FROM login_sessions WHERE ended_at IS NULL"
    assert ("passkey", True) in clinic.execute(strong)
    expect(form.get_by_role("listitem").filter(has_text="Ward laptop")).to_contain_text("last used")

    form.get_by_label("Current password").fill(PASSWORD)
    form.get_by_role("button", name="Remove").click()
    expect(form.get_by_role("listitem").filter(has_text="Ward laptop")).to_have_count(0)
    log_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("not known here")


def test_nobody_logs_in_with_a_passkey_that_does_not_know_who_holds_it(
    page: Page, clinic: Clinic, authenticator: Authenticator
) -> None:
    open_account(page, clinic)
    add(page)
    expect(page.get_by_text("Ward laptop")).to_be_visible()
    log_out(page)
    authenticator.verifies(verified=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was chosen")
    authenticator.verifies(verified=True)
    authenticator.forget()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was chosen")
    log_in(page, PASSWORD)
    code = page.get_by_label("or a recovery code")
    expect(code, "a password alone is not enough any more").to_be_visible()


def test_at_an_address_the_page_says_where_passkeys_work(page: Page, clinic: Clinic) -> None:
    Authenticator(page)
    page.goto(clinic.url)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("open it as localhost")
