"""One's own account in a real browser: addresses, everything of oneself, its end."""

from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from stack.demo_clinic import PASSWORD
from tests.web.conftest import CLINICIAN, Clinic

PHONE: ViewportSize = {"width": 390, "height": 844}


def test_addresses_are_verified_and_changed(ward: Page, clinic: Clinic) -> None:
    clinic.execute(
        "UPDATE users SET phone_number = '+233201234567', is_email_verified = false"
        " WHERE email = %s",
        CLINICIAN,
    )
    ward.goto(f"{clinic.url}/account")
    mail = ward.get_by_role("form", name="E-mail address")
    expect(mail).to_contain_text("not verified")
    mail.get_by_role("button", name="Send the link again").click()
    expect(mail.get_by_role("status")).to_contain_text("on its way")
    mail.get_by_label("Another address").fill("efua@clinic.example")
    mail.get_by_label("Current password").fill(PASSWORD)
    mail.get_by_role("button", name="Change the address").click()
    expect(mail.get_by_role("status")).to_contain_text("efua@clinic.example")
    phone = ward.get_by_role("form", name="Telephone")
    phone.get_by_role("button", name="Send a code").click()
    phone.get_by_label("Code").fill("000000")
    phone.get_by_role("button", name="Verify").click()
    expect(phone.get_by_role("alert")).to_contain_text("wrong")
    asked = clinic.execute("SELECT purpose FROM one_time_tokens WHERE purpose LIKE 'verify%%'")
    assert {purpose for (purpose,) in asked} == {"verify_email", "verify_phone"}


def test_data_is_exported_and_the_account_erased(ward: Page, clinic: Clinic) -> None:
    ward.goto(f"{clinic.url}/account")
    with clinic.program("jobs"):
        data = ward.get_by_role("region", name="My data")
        data.get_by_role("button", name="Export my data").click()
        with ward.expect_download() as fetched:
            data.get_by_role("link", name="Download").click()
        assert Path(fetched.value.path()).read_bytes()[:2] == b"PK"
        end = ward.get_by_role("form", name="Erase my account")
        end.get_by_label("Current password").fill(PASSWORD)
        end.get_by_label("I want everything of me to be deleted").check()
        end.get_by_role("button", name="Erase my account").click()
        told = ward.get_by_role("status").filter(has_text="being erased")
        expect(told).to_contain_text("/api/erasures/")
        link = told.inner_text().rsplit(" ", 1)[1]
        assert ward.request.get(link).json()["requested_by"] == "the person"


def test_a_phone_has_room_for_the_header(ward: Page, clinic: Clinic) -> None:
    ward.set_viewport_size(PHONE)
    ward.goto(clinic.url)
    ward.locator(".board .row").first.wait_for()
    width = ward.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    boxes = [one.bounding_box() for one in ward.locator(".header a:visible, .header button").all()]
    edges = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
    assert all(end <= PHONE["width"] for _, end in edges)
    assert all(before[1] <= after[0] + 1 for before, after in pairwise(edges))
    ward.get_by_title("My account").click()
    expect(ward.get_by_role("heading", name="My account", exact=True)).to_be_visible()
