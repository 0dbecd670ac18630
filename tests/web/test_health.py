"""Dashboard and report in a real browser: what was measured is shown, and can be taken along."""

import re
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.web.conftest import Clinic


def measured(clinic: Clinic, patient: UUID) -> None:
    """A month of hours of pulse, daily weights and steps, as the rollups hold them."""
    for metric, every, value in (
        (1, "1 hour", "72 + 8 * cos((extract(hour from t) - 15) / 24 * 6.283)"),
        (7, "1 day", "88 - extract(epoch from t - (now() - interval '30 days')) / 86400 * 0.05"),
        (9, "1 day", "6000 + 50 * extract(day from t)"),
    ):
        for table in ("rollup_hour", "rollup_minute"):
            clinic.execute(
                "WITH s AS (INSERT INTO series (patient_id, metric) VALUES (%s, %s)"  # noqa: S608
                " ON CONFLICT (patient_id, metric, device_id, source) DO UPDATE SET metric ="
                f" excluded.metric RETURNING id) INSERT INTO {table}"
                f" SELECT id, t, 1, {value}, {value} - 2, {value} + 2 FROM s, generate_series("
                " date_trunc('hour', now()) - interval '29 days', date_trunc('hour', now())"
                " - interval '1 day', %s::interval) AS t",
                patient,
                metric,
                every,
            )
    clinic.execute(
        "INSERT INTO milestones (patient_id, key, kind, metric, value, achieved_on)"
        " VALUES (%s, 'steps_day:7500', 'steps_day', 9, 7500, current_date - 3)",
        patient,
    )


def test_the_dashboard_and_the_report_show_what_was_measured(
    ward: Page, clinic: Clinic, tmp_path: Path
) -> None:
    patient = clinic.patient(1)
    measured(clinic, patient.id)
    ward.locator(f".row[data-patient='{patient.id}']").click()
    ward.get_by_role("link", name="Trends and report").click()
    weight = ward.locator(".metric-card[data-metric='body_weight']")
    expect(weight).to_contain_text("falling")
    expect(weight).to_contain_text("95 %")
    pulse = ward.locator(".metric-card[data-metric='heart_rate']")
    expect(pulse.locator(".range__bar")).to_have_attribute(
        "aria-label", "100 % in range, 0 % below, 0 % above"
    )
    expect(pulse).to_contain_text("of 30 days")
    expect(ward.get_by_label("Milestones")).to_contain_text("7,500 steps in a day")
    expect(ward.get_by_label("Insights")).to_contain_text("Body weight falling")
    report = ward.get_by_role("region", name="Report")
    charts = report.locator(".chart")
    expect(charts).to_have_count(3)
    expect(charts.first.locator("canvas")).to_be_visible()
    # Hours of six days or a little more or less, and days of a month.
    for period, points in (("Week", r"^1[1-6]\d$"), ("30 days", r"^[23]\d$")):
        report.get_by_role("button", name=period, exact=True).click()
        expect(charts.first).to_have_attribute("data-points", re.compile(points))
        expect(report).to_have_attribute("aria-busy", "false")
    for form, start in (("PDF", b"%PDF-"), ("CSV", b"patient,metric")):
        with ward.expect_download() as waiting:
            report.get_by_role("button", name=f"Download {form}").click()
        kept = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(kept)
        assert kept.name.startswith("health-report-monthly-")
        assert kept.read_bytes().startswith(start)
