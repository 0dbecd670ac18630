"""Devices in a real browser: the list, one device with its firmware, and a new one to set up."""

from playwright.sync_api import Page, expect

from telemetry.clock import now_ms
from tests.support.pages import fits_a_phone
from tests.web.conftest import Clinic, wait_for


def test_devices_are_listed_examined_and_added(ward: Page, clinic: Clinic) -> None:
    device = clinic.patient(1).device_id
    for _ in range(3):
        clinic.send(1, {"c": "heart_rate", "t": now_ms(), "v": 72, "u": "furlong"})
    # The page is loaded once: by then ingest has refused them.
    refused = "SELECT count(*) > 0 FROM dead_letters WHERE device_id = %s"
    wait_for(lambda: clinic.execute(refused, device) == [(True,)])
    ward.get_by_role("link", name="Devices").click()
    ward.locator(".device-card").first.wait_for()
    ward.locator(f"a[href='/devices/{device}']").click()
    units = ward.locator(".check", has_text="units")
    expect(units).to_contain_text("unknown_unit")
    expect(ward.get_by_role("region", name="Health")).to_contain_text("refused")
    ward.get_by_role("button", name="New key").click()
    expect(ward.get_by_role("region", name="Set up the device")).to_contain_text("jk_")
    ward.get_by_role("button", name="I have set it up").click()
    ward.get_by_role("button", name="Revoke…").click()
    ward.get_by_role("button", name="Revoke it for good").click()
    expect(ward.locator(".device-state")).to_have_text("Revoked")
    fits_a_phone(ward, "device")
    ward.get_by_role("link", name="Back to the devices").click()
    ward.get_by_role("button", name="Add a device").click()
    ward.get_by_label("Name").fill("My watch")
    ward.get_by_role("button", name="Register it").click()
    told = ward.get_by_role("region", name="Set up the device")
    expect(told.get_by_role("img")).to_be_visible()
    expect(told).to_contain_text("jk_")
    expect(ward.locator(".device-card", has_text="My watch")).to_contain_text("Not set up")
    fits_a_phone(ward, "devices")
