"""What providers and admins look after, in a real browser: times, figures, a hospital's system."""

from playwright.sync_api import Page, expect

from stack.demo_clinic import ADMIN, demo_id
from tests.support.pages import PHONE, log_in, picture
from tests.web.conftest import Clinic

DOCTOR = "dr.boateng@demo.example"
PATIENT = "ama.owusu@demo.example"


def log_in_as(page: Page, email: str) -> None:
    """Log in, and wait for whatever comes first."""
    log_in(page, email)
    page.locator(".header").wait_for()


def test_a_provider_keeps_times_and_sees_figures(page: Page, clinic: Clinic) -> None:
    provider = demo_id("provider", DOCTOR)
    log_in_as(page, DOCTOR)
    page.goto(f"{clinic.url}/providers/{provider}/times")
    times = page.get_by_role("region", name="Times", exact=True)
    page.get_by_role("button", name="New time").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("From").fill("18:00")
    dialog.get_by_label("To", exact=True).fill("19:00")
    dialog.get_by_label("Tue").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    made = times.get_by_role("listitem").filter(has_text="18:00 to 19:00")
    expect(made).to_contain_text("Every Tue")
    made.get_by_role("button", name="Change").click()
    # Somebody else is faster: nothing of theirs is overwritten.
    dialog.get_by_label("From").wait_for()
    clinic.execute(
        "UPDATE provider_availability SET slot_minutes = 20 WHERE start_time = '18:00'"
        " AND provider_id = %s",
        provider,
    )
    dialog.get_by_label("To", exact=True).fill("20:00")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody else changed this meanwhile")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="New one").click()
    dialog.get_by_label("Reason").fill("congress")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    off = page.get_by_role("region", name="Days off and other hours")
    expect(off).to_contain_text("congress")
    off.get_by_role("button", name="Take back").click()
    expect(off).to_contain_text("None to come")
    page.get_by_role("link", name="Figures").click()
    months = page.get_by_role("region", name="By month")
    expect(months.locator("[data-points='12'] canvas").first).to_be_visible()
    picture(page, "figures")


def test_an_admin_sets_a_hospital_s_own_system(page: Page, clinic: Clinic) -> None:
    log_in_as(page, ADMIN.email)
    page.goto(f"{clinic.url}/providers")
    card = page.get_by_role("listitem", name="Korle Demo Hospital")
    card.get_by_role("link", name="Own system").click()
    page.get_by_role("button", name="Set one").click()
    page.get_by_label("Address", exact=True).fill("https://clinic.example/hook")
    page.get_by_role("button", name="Save").click()
    once = page.get_by_role("status").filter(has_text="shown this once")
    expect(once).to_contain_text("whsec_")
    page.reload()
    expect(page.get_by_text("https://clinic.example/hook")).to_be_visible()
    expect(page.get_by_text("whsec_")).to_have_count(0)
    sync = clinic.execute("SELECT count(*) FROM hospital_systems")
    assert sync == [(1,)]


def test_a_phone_reaches_every_page_by_keyboard(page: Page) -> None:
    log_in_as(page, PATIENT)
    page.set_viewport_size(PHONE)
    button = page.get_by_role("button", name="Menu", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("dialog", name="Menu")
    names = ("My vitals", "My health", "My medicines", "Dr. Jeg", "Providers", "Devices")
    for name in names:
        box = menu.get_by_role("link", name=name).bounding_box()
        assert box
        assert box["height"] >= 44
    expect(menu.locator("[aria-current=page]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    button.click()
    menu.get_by_role("link", name="Appointments").press("Enter")
    expect(page.get_by_role("heading", name="My appointments")).to_be_visible()
    expect(menu).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
