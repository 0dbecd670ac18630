"""How somebody is told, chosen in a real browser: channels, quiet hours, browsers, the contact."""

import json

import pytest
from playwright.sync_api import Page, expect

from gateways.web_push import new_keys
from tests.support.pages import fits_a_phone, log_in, wait_until
from tests.web.conftest import Clinic

PATIENT = "ama.owusu@demo.example"
ABOUT = "An appointment was made, changed or is near"
PUBLIC_KEY = new_keys()[1]
SUBSCRIBED = """
// The push service of a browser is on the network: this one stands for it.
const keys = { p256dh: "B".repeat(87), auth: "A".repeat(22) };
const made = { endpoint: "https://1.1.1.1/one", expirationTime: null, keys };
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const handed = () => ({
  options: { applicationServerKey: bytes(localStorage.getItem("push") ?? "").buffer },
  toJSON: () => made,
  unsubscribe: async () => (localStorage.removeItem("push"), true),
});
Notification.requestPermission = async () => "granted";
PushManager.prototype.getSubscription = async () =>
  localStorage.getItem("push") ? handed() : null;
PushManager.prototype.subscribe = async ({ applicationServerKey: key, userVisibleOnly }) => {
  const text = btoa(String.fromCharCode(...key)).replaceAll("+", "-").replaceAll("/", "_");
  if (userVisibleOnly) localStorage.setItem("push", text.replaceAll("=", ""));
  return handed();
};
"""


@pytest.fixture
def clinic(clinic: Clinic) -> Clinic:
    """The same, with pushes set up."""
    clinic.environment["JEG_VAPID_PUBLIC_KEY"] = PUBLIC_KEY
    return clinic


def account(page: Page, clinic: Clinic) -> None:
    """Log in, and go to the account page."""
    log_in(page, PATIENT)
    page.locator(".header").wait_for()
    page.goto(f"{clinic.url}/account")


def test_channels_quiet_hours_and_language_are_chosen(page: Page, clinic: Clinic) -> None:
    account(page, clinic)
    told = page.get_by_role("form", name="How you are told")
    expect(told.get_by_label(f"{ABOUT}: E-mail")).to_be_checked()
    told.get_by_label(f"{ABOUT}: E-mail").uncheck()
    told.get_by_label(f"{ABOUT}: Text message").check()
    required = told.get_by_label("Your account: verification, password, security: E-mail")
    expect(required).to_be_disabled()
    told.get_by_label("Quiet from").fill("22:00")
    told.get_by_role("button", name="Save").click()
    expect(told.get_by_role("alert")).to_contain_text("go together")
    told.get_by_label("Quiet until").fill("06:30")
    told.get_by_label("Language of messages").select_option("fr")
    told.get_by_role("button", name="Save").click()
    expect(told.get_by_role("status")).to_have_text("Saved.")
    fits_a_phone(page, "told")
    kept = clinic.execute(
        "SELECT channels, quiet_from::text, quiet_until::text, language"
        " FROM notification_preferences p JOIN users u ON u.id = p.user_id WHERE u.email = %s",
        PATIENT,
    )
    assert kept == [({"appointment": ["push", "sms"]}, "22:00:00", "06:30:00", "fr")]


def test_a_browser_is_told_and_told_no_more(page: Page, clinic: Clinic) -> None:
    page.add_init_script(SUBSCRIBED)
    page.context.grant_permissions(["notifications"], origin=clinic.url)
    account(page, clinic)
    browsers = page.get_by_role("region", name="Browsers that are told")
    browsers.get_by_role("button", name="Tell me in this browser").click()
    here = browsers.get_by_role("listitem")
    expect(here).to_contain_text("this one")
    assert page.evaluate("localStorage.getItem('push')") == PUBLIC_KEY
    said = {"title": "Appointment tomorrow", "body": "At nine", "url": "/x", "tag": "one"}
    assert shown(page, clinic, said) == [["Appointment tomorrow", "At nine", "one"]]
    page.reload()
    expect(here).to_contain_text("this one")
    # Under another key than the server's nothing comes any more: it is to be made anew.
    page.evaluate("localStorage.setItem('push', 'AAAA')")
    page.reload()
    browsers.get_by_role("button", name="Tell me in this browser").click()
    expect(here).to_contain_text("this one")
    assert page.evaluate("localStorage.getItem('push')") == PUBLIC_KEY
    here.get_by_role("button", name="Tell it no more").click()
    expect(here).to_have_count(0)
    assert page.evaluate("localStorage.getItem('push')") is None
    assert clinic.execute("SELECT 1 FROM push_subscriptions") == []


def shown(page: Page, clinic: Clinic, said: dict[str, str]) -> list[list[str]]:
    """What the browser shows when its push service hands this over."""
    found: list[str] = []
    session = page.context.new_cdp_session(page)
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    wait_until(page, lambda: found)
    message = {"origin": clinic.url, "registrationId": found[0], "data": json.dumps(said)}
    session.send("ServiceWorker.deliverPushMessage", message)
    return list(
        page.evaluate(
            """async () => {
              const registration = await navigator.serviceWorker.ready;
              for (let looks = 0; looks < 200; looks += 1) {
                const now = await registration.getNotifications();
                if (now.length) return now.map((one) => [one.title, one.body, one.tag]);
                await new Promise((done) => setTimeout(done, 100));
              }
              return [];
            }"""
        )
    )


def test_the_emergency_contact_is_told_only_if_the_patient_says_so(
    page: Page, clinic: Clinic
) -> None:
    account(page, clinic)
    contact = page.get_by_role("region", name="Emergency contact")
    expect(contact).to_contain_text("None; enter one")
    profile = page.get_by_role("form", name="Profile")
    profile.get_by_label("Emergency contact").fill("Kofi Owusu")
    profile.get_by_label("Their telephone").fill("+233201234567")
    profile.get_by_role("button", name="Save").click()
    expect(contact).to_contain_text("Kofi Owusu, +233201234567")
    consent = contact.get_by_role("checkbox")
    consent.click()
    expect(consent).to_be_checked()
    page.reload()
    expect(consent).to_be_checked()
    consent.click()
    expect(consent).not_to_be_checked()
