"""The pages in a real browser, against the real API, ingest, broker and database."""

import re
from contextlib import ExitStack
from uuid import UUID, uuid4

from playwright.sync_api import Locator, Page, Request, expect

from stack.demo_clinic import PASSWORD, PATIENTS
from telemetry.clock import now_ms
from tests.web.conftest import Clinic, log_in

HOUR_MS = 3_600_000
LATER = "performance.now() + 10_000"


def row(page: Page, patient_id: UUID) -> Locator:
    """A patient's row on the board."""
    return page.locator(f".row[data-patient='{patient_id}']")


def value(place: Locator, metric: str) -> Locator:
    """The newest value of a metric."""
    return place.locator(f".vital[data-metric='{metric}'] .vital__value")


def raise_alarm(clinic: Clinic, patient_id: UUID) -> UUID:
    """Commit an alarm as the engine does, and announce it."""
    alarm = uuid4()
    clinic.execute(
        "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title, message,"
        " metric, unit, value, limit_value, rule_version, started_at, activated_at)"
        " VALUES (%s, %s, 'oxygen_saturation_low', 'physiological', 'high',"
        " 'active_unacknowledged', 'Oxygen saturation low', 'Below 90 for 10 s',"
        " 'oxygen_saturation', '%%', 86, 90, 'builtin:1', now() - interval '1 minute', now())",
        alarm,
        patient_id,
    )
    clinic.execute("SELECT pg_notify('jeg_alarms', %s)", str(alarm))
    return alarm


def test_a_wrong_password_is_refused_and_the_right_one_opens_the_ward(
    page: Page, clinic: Clinic, requests: list[Request]
) -> None:
    log_in(page, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("password is wrong")
    log_in(page, PASSWORD)
    expect(page.locator(".board .row")).to_have_count(len(PATIENTS))
    patient = clinic.patient(1)
    expect(row(page, patient.id)).to_contain_text(f"{patient.first_name} {patient.last_name}")
    page.get_by_label("Filter by name or bed").fill(patient.last_name.upper())
    expect(row(page, patient.id)).to_be_visible()
    page.get_by_label("Filter by name or bed").fill("nobody of this name")
    expect(page.get_by_text("Nobody by that name")).to_be_visible()
    assert all(one.url.startswith(clinic.url) for one in requests)
    assert not any("eyJ" in one.url for one in requests), "a token in an address ends up in logs"
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_reading_appears_on_the_board_without_reload(ward: Page, clinic: Clinic) -> None:
    here = row(ward, clinic.patient(1).id)
    clinic.send(1, {"c": "heart_rate", "t": now_ms(), "v": 77})
    expect(value(here, "heart_rate")).to_have_text("77")
    expect(here.locator(".vital[data-metric='heart_rate'] .age")).to_contain_text(
        re.compile(r"now|\d s ago")
    )
    clinic.send(1, {"c": "heart_rate", "t": now_ms(), "v": 135})
    expect(value(here, "heart_rate")).to_have_text("135")
    badge = here.locator(".news2")
    expect(badge).to_contain_text("3\N{EN DASH}20")
    expect(badge).to_have_attribute("title", re.compile("Missing: .*temperature"))
    expect(here.locator(".vital[data-metric='heart_rate'] .vital__points")).to_have_text("+3")


def test_a_patients_trends_are_drawn_and_go_on_live(ward: Page, clinic: Clinic) -> None:
    patient = clinic.patient(2)
    start = now_ms() - HOUR_MS // 2
    beats = [60 + i % 9 for i in range(170)]
    clinic.send(2, {"c": "heart_rate", "t0": start, "dt": 10_000, "v": beats}, history=True)
    pressures = ("blood_pressure_systolic", 120), ("blood_pressure_diastolic", 80)
    now = now_ms()
    clinic.send(2, *({"c": code, "t": now, "v": v} for code, v in pressures))
    clinic.send(2, {"c": "heart_rate", "t": now, "v": 71})
    expect(value(row(ward, patient.id), "heart_rate")).to_have_text("71")
    row(ward, patient.id).locator(".vital[data-metric='heart_rate']").click()  # anywhere opens it
    chart = ward.locator(".chart[data-metric='heart_rate']")
    expect(chart.locator("canvas")).to_be_visible()
    expect(ward.locator(".chart")).to_have_count(2)
    expect(chart).to_have_attribute("data-points", re.compile(r"\d{3}"))
    assert inked(chart), "nothing was drawn"
    expect(value(ward.locator(".tiles"), "blood_pressure")).to_have_text("120/80")
    clinic.send(2, {"c": "heart_rate", "t": now_ms(), "v": 143})
    expect(chart.locator(".chart__readout")).to_contain_text("143")
    for span in ("6h", "24h", "7d", "30d"):
        ward.get_by_role("button", name=span, exact=True).click()
        expect(ward.locator(".trends__charts")).to_have_attribute("aria-busy", "false")
        expect(chart.locator("canvas")).to_be_visible()


def inked(chart: Locator) -> bool:
    """Whether the line's colour is on the canvas in many places."""
    found = chart.locator("canvas").evaluate(
        """canvas => {
            const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let dark = 0;
            for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] > 200 && data[i] < 60 && data[i + 2] > 100) dark += 1;
            return dark;
        }"""
    )
    return int(found) > 200


def test_an_alarm_appears_by_itself_and_is_acknowledged(ward: Page, clinic: Clinic) -> None:
    patient = clinic.patient(3)
    alarm = raise_alarm(clinic, patient.id)
    expect(row(ward, patient.id).locator(".alarm-tag")).to_contain_text("High")
    expect(row(ward, patient.id).locator(".alarm-tag")).to_contain_text("Oxygen saturation low")
    expect(ward.locator("[data-announcer]")).to_contain_text("High alarm: Oxygen saturation low")
    expect(ward.locator(".board .row").first).to_have_attribute("data-patient", str(patient.id))
    ward.get_by_role("link", name=re.compile("Alarms, 1 to acknowledge")).click()
    item = ward.locator(f"[data-alarm='{alarm}']")
    expect(item).to_contain_text("86 %")
    expect(item).to_contain_text("limit 90 %")
    item.get_by_role("button", name="Acknowledge").click()
    expect(item).to_have_attribute("data-state", "active_acknowledged")
    expect(item).to_contain_text("Mensah")
    ((state,),) = clinic.execute("SELECT state FROM alarms WHERE id = %s", alarm)
    assert state == "active_acknowledged"
    ward.get_by_role("link", name="Ward").click()
    expect(row(ward, patient.id)).to_contain_text("1 acknowledged")


def test_two_clicks_on_one_spot_answer_one_alarm(ward: Page, clinic: Clinic) -> None:
    alarms = [raise_alarm(clinic, clinic.patient(bed).id) for bed in (5, 6)]
    ward.get_by_role("link", name=re.compile("Alarms, 2 to acknowledge")).click()
    first = ward.locator(".alarm").first
    answered = first.get_attribute("data-alarm")
    box = first.get_by_role("button", name="Acknowledge").bounding_box()
    assert box
    spot = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ward.mouse.move(spot[0], spot[1] - 300)
    # The button has been there for long; from here on no second goes by for the page.
    ward.evaluate("later => { performance.now = () => later; }", ward.evaluate(LATER))
    ward.mouse.click(*spot)
    expect(ward.locator(f"[data-alarm='{answered}']")).to_have_attribute(
        "data-state", "active_acknowledged"
    )
    ward.mouse.click(*spot)
    ward.wait_for_function(
        "one => document.querySelector('.alarm').dataset.alarm !== one", arg=answered
    )
    ward.mouse.click(*spot)
    button = ward.locator(".alarm").first.locator(".button--acknowledge")
    expect(button).to_contain_text("Press again")
    waiting = clinic.execute("SELECT id FROM alarms WHERE state = 'active_unacknowledged'")
    assert waiting == [(one,) for one in alarms if str(one) != answered]


def test_after_an_outage_the_page_says_so_and_then_misses_nothing(
    ward: Page, clinic: Clinic, api: ExitStack
) -> None:
    api.close()
    expect(ward.get_by_text("Not live.")).to_be_visible()
    raise_alarm(clinic, clinic.patient(4).id)
    with clinic.program("api"):
        expect(ward.locator(".connection--live")).to_be_visible(timeout=45_000)
        expect(row(ward, clinic.patient(4).id).locator(".alarm-tag")).to_contain_text("High")
