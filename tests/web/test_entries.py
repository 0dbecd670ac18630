"""Readings by hand and imports in a real browser: what is entered is shown at once."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.conftest import Clinic

FILE = b"time;body_weight (lb)\n" + b"".join(
    b"2026-03-%02dT08:00:00;%d,5\n" % (day, 150 + day) for day in range(1, 29)
)


def test_a_reading_is_entered_and_a_file_imported(
    ward: Page, clinic: Clinic, tmp_path: Path
) -> None:
    patient = clinic.patient(2)
    ward.locator(f".row[data-patient='{patient.id}']").click()
    ward.get_by_role("link", name="Trends and report").click()
    ward.get_by_role("button", name="Add readings").click()
    form = ward.get_by_role("form", name="Enter a reading")
    form.get_by_label("Upper").fill("128")
    form.get_by_label("Lower").fill("182")
    form.get_by_role("button", name="Enter").click()
    expect(form.get_by_role("alert")).to_contain_text("systolic")
    form.get_by_label("Lower").fill("82")
    form.get_by_role("button", name="Enter").click()
    expect(form.get_by_role("status")).to_have_text("Entered.")
    expect(ward.get_by_label("Recent metrics")).to_contain_text("128/82")
    form.get_by_label("What").select_option("body_weight")
    form.get_by_label("Value").fill("155.4")
    form.get_by_label("Unit").select_option("[lb_av]")
    form.get_by_role("button", name="Enter").click()
    expect(ward.get_by_label("Recent metrics")).to_contain_text("70.5")

    panel = ward.get_by_role("region", name="Import a file")
    (tmp_path / "weights.csv").write_bytes(FILE)
    panel.get_by_label("File").set_input_files(tmp_path / "weights.csv")
    expect(panel.get_by_role("status")).to_have_text("Waiting…")
    with clinic.program("jobs"):
        expect(panel.get_by_role("status")).to_have_text("28 rows: 28 new.", timeout=60_000)
    with ward.expect_download() as waiting:
        panel.get_by_role("button", name="Download what became of each row").click()
    kept = tmp_path / "report.csv"
    waiting.value.save_as(kept)
    assert kept.read_text().splitlines()[:2] == ["row,outcome,reason", "1,stored,"]
