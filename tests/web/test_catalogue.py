"""The catalogue of medicines in a real browser: entered, changed, ended, imported."""

from pathlib import Path

from playwright.sync_api import Page, expect

from stack.demo_clinic import ADMIN
from tests.support.pages import log_in
from tests.web.conftest import Clinic


def test_an_admin_keeps_the_catalogue(page: Page, clinic: Clinic, tmp_path: Path) -> None:
    log_in(page, ADMIN.email)
    page.get_by_role("link", name="Catalogue").click()
    page.get_by_role("button", name="New medicine").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Zolmitriptan 2.5 mg tablets")
    dialog.get_by_label("Generic name").fill("zolmitriptan")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)

    page.get_by_role("searchbox", name="Name").fill("zolmitriptan")
    expect(page.get_by_role("list", name="Medicines").get_by_role("listitem")).to_have_count(1)
    item = page.get_by_role("listitem", name="Zolmitriptan 2.5 mg tablets")
    item.get_by_role("button", name="Change").click()
    dialog.get_by_label("Strength").fill("2.5 mg")
    dialog.get_by_role("button", name="Save").click()
    expect(item).to_contain_text("zolmitriptan · 2.5 mg")
    item.get_by_role("button", name="Deactivate").click()
    expect(item).to_contain_text("not given any more")
    kept = clinic.execute(
        "SELECT strength, is_active FROM medications WHERE generic_name = 'zolmitriptan'"
    )
    assert kept == [("2.5 mg", False)]

    file = tmp_path / "medications.csv"
    file.write_text("catalogue_key,name\nweb-1,Xylometazoline spray\nweb-2,\n", encoding="utf-8")
    with clinic.program("jobs"):
        page.get_by_label("File", exact=True).set_input_files(file)
        expect(page.get_by_text("2 rows: 1 created, 1 refused.")).to_be_visible(timeout=60_000)
    with page.expect_download() as report:
        page.get_by_role("button", name="Download what became of each row").click()
    assert "refused" in report.value.path().read_text(encoding="utf-8")
