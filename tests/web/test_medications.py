"""Medicines in a real browser: prescribed with their warnings, taken, left out, put right."""

from playwright.sync_api import Page, expect

from tests.support.pages import fits_a_phone, picture
from tests.web.conftest import Clinic


def prescribe(page: Page, words: str, name: str) -> None:
    """Fill in the dialog as far as its first answer."""
    page.get_by_role("button", name="Prescribe", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Medicine", exact=True).fill(words)
    dialog.get_by_role("button", name=name).click()
    dialog.get_by_label("Dosage").fill("1 tablet")
    dialog.get_by_label("How often").fill("Twice daily")
    dialog.get_by_label("Instructions").fill("With food")


def test_a_medicine_is_prescribed_in_spite_of_a_warning_and_taken(
    ward: Page, clinic: Clinic
) -> None:
    patient = clinic.patient(2)
    clinic.execute(
        "UPDATE user_profiles SET allergies = 'Penicillin' WHERE user_id = %s", patient.id
    )
    ward.locator(f".row[data-patient='{patient.id}']").click()
    prescribe(ward, "ibuprofin", "Ibuprofen 400 mg tablets")
    dialog = ward.get_by_role("dialog")
    dialog.get_by_role("button", name="Prescribe", exact=True).click()
    expect(dialog).not_to_be_visible()
    panel = ward.get_by_role("region", name="Medicines")
    expect(panel).to_contain_text("08:00, 20:00")

    prescribe(ward, "amoxicilin", "Amoxicillin 500 mg capsules")
    expect(dialog).to_contain_text("Severe · Allergy: Penicillin")
    dialog.get_by_role("button", name="Prescribe", exact=True).click()
    picture(ward, "prescribe")
    dialog.get_by_label("Why in spite").fill("Tolerated before")
    dialog.get_by_role("button", name="Enter nevertheless").click()
    expect(panel).to_contain_text("Amoxicillin")

    # As if it had been prescribed days before; today's first dose has been due since midnight.
    clinic.execute(
        "UPDATE medication_plans SET valid_from = now() - interval '3 days', start_date ="
        ' start_date - 3, schedule = \'{"kind": "times", "times": ["00:00", "23:59"]}\''
    )
    panel.get_by_role("link", name="Doses and adherence").click()
    today = ward.get_by_role("region", name="Doses of today")
    first = today.get_by_role("listitem").first
    first.get_by_role("button", name="Taken").click()
    expect(first.get_by_role("button", name="Undo")).to_be_visible()
    expect(first).to_contain_text("Taken")
    first.get_by_role("button", name="Undo").click()
    first.get_by_role("button", name="Leave out").click()
    expect(first).to_contain_text("Left out")
    expect(ward.get_by_role("region", name="Adherence")).to_contain_text("0 % of")
    expect(ward.get_by_role("region", name="Taken now")).to_contain_text("From profile.allergies")
    taken = ward.get_by_role("region", name="Taken now").get_by_role("listitem")
    brufen = taken.filter(has_text="Ibuprofen 400 mg tablets").first
    brufen.get_by_role("button", name="Report a side effect").click()
    brufen.get_by_label("What was noticed").fill("Heartburn")
    brufen.get_by_role("button", name="Report", exact=True).click()
    expect(brufen.get_by_role("status")).to_have_text("Reported.")
    first_of = taken.filter(has_text="Amoxicillin 500 mg capsules").first
    first_of.get_by_role("button", name="Stop").click()
    first_of.get_by_label("Why it is stopped").fill("A rash")
    first_of.get_by_role("button", name="Stop it").click()
    expect(ward.get_by_role("region", name="Taken before")).to_contain_text("Amoxicillin")

    fits_a_phone(ward, "medications")
