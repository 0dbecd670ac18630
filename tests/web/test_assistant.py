"""Dr. Jeg in a real browser: consent first, answers with sources, emergencies, a booking."""

import datetime as dt

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.pages import fits_a_phone, log_in, wait_until
from tests.web.conftest import Clinic

PATIENT = "ama.owusu@demo.example"


@pytest.fixture
def chat(page: Page, clinic: Clinic) -> Page:
    """Dr. Jeg's page, as a patient with a heart rate of 74 who has not agreed yet."""
    clinic.execute(
        "WITH u AS (SELECT id FROM users WHERE email = %s), s AS ("
        " INSERT INTO series (patient_id, metric) SELECT id, 1 FROM u RETURNING id)"
        ", v AS (INSERT INTO vitals (series_id, time, value, quality)"
        "  SELECT id, now() - interval '1 hour', 74, 1 FROM s)"
        " INSERT INTO latest (series_id, time, value, quality, received_at)"
        " SELECT id, now() - interval '1 hour', 74, 1, now() FROM s",
        PATIENT,
    )
    log_in(page, PATIENT)
    page.get_by_role("link", name="Dr. Jeg").click()
    return page


def agree(chat: Page) -> None:
    chat.get_by_role("button", name="I agree").click()
    expect(chat.get_by_label("Message to Dr. Jeg")).to_be_visible()


def say(chat: Page, text: str) -> None:
    chat.get_by_label("Message to Dr. Jeg").fill(text)
    chat.get_by_role("button", name="Send").click()
    expect(chat.locator(".said--assistant").last).to_have_attribute("aria-busy", "false")


def test_nothing_is_asked_before_the_user_agrees(chat: Page) -> None:
    expect(chat.get_by_role("heading", name="Before you ask Dr. Jeg")).to_be_visible()
    expect(chat.get_by_label("Message to Dr. Jeg")).to_have_count(0)
    fits_a_phone(chat, "consent")
    agree(chat)


def test_a_number_shows_its_source_and_a_question_leads_on(chat: Page) -> None:
    agree(chat)
    say(chat, "How is my heart rate?")
    answer = chat.locator(".said--assistant").last
    expect(answer).to_contain_text("74")
    answer.get_by_role("button", name="Where the numbers come from").click()
    expect(answer.locator(".sources")).to_contain_text("Heart rate")
    expect(answer.locator(".number", has_text="74").first).to_be_visible()
    answer.get_by_role("button", name="Helpful", exact=True).click()
    fits_a_phone(chat, "answer")
    chat.locator(".chip").first.click()
    expect(chat.locator(".said--user")).to_have_count(2)
    expect(chat.locator(".said--assistant").last).to_have_attribute("aria-busy", "false")
    chat.reload()
    expect(chat.locator(".said")).to_have_count(4)
    expect(chat.locator(".talk")).to_have_count(1)
    chat.on("dialog", lambda dialog: dialog.accept())
    chat.get_by_role("button", name="Delete").click()
    expect(chat.locator(".talk")).to_have_count(0)


def test_an_emergency_stands_out(chat: Page) -> None:
    agree(chat)
    say(chat, "I have crushing pain in my chest")
    urgent = chat.locator(".said--urgent")
    expect(urgent.get_by_role("alert")).to_contain_text("This cannot wait")
    expect(urgent.get_by_role("link", name="Call")).to_have_attribute("href", "tel:112")
    fits_a_phone(chat, "urgent")


def test_an_emergency_is_sent_while_an_answer_is_made(chat: Page) -> None:
    agree(chat)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    begun: list[Route] = []

    def begin(route: Route) -> None:
        begun.append(route) if route.request.method == "POST" else route.continue_()

    chat.route("**/chat/stream/", hold)
    chat.route("**/api/dr-jeg/conversations/", begin)
    chat.get_by_label("Message to Dr. Jeg").fill("How is my heart rate?")
    chat.get_by_role("button", name="Send").click()
    expect(chat.locator(".said--assistant")).to_have_attribute("aria-busy", "true")
    chat.get_by_label("Message to Dr. Jeg").fill("I have crushing pain in my chest")
    chat.get_by_role("button", name="Send").click()
    wait_until(chat, lambda: begun)
    # Both are said in the conversation that is begun.
    begun[0].continue_()
    expect(chat.locator(".said--urgent")).to_contain_text("Call 112")
    wait_until(chat, lambda: held)
    assert len(begun) == 1
    being_answered = {"title": "Something of this conversation is being answered; wait for it."}
    chat.route("**/chat/", lambda route: route.fulfill(status=409, json=being_answered))
    chat.get_by_label("Message to Dr. Jeg").fill("And my weight?")
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_text("is being answered; wait for it")).to_be_visible()
    expect(chat.get_by_label("Message to Dr. Jeg")).to_have_value("And my weight?")
    held[0].continue_()
    expect(chat.locator(".said--assistant").last).to_contain_text("74")
    expect(chat.locator(".said")).to_have_count(4)


def test_an_appointment_is_booked_by_a_yes_alone(chat: Page, clinic: Clinic) -> None:
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    clinic.execute(
        "WITH h AS (INSERT INTO hospitals (name) VALUES ('Harbour Clinic') RETURNING id), p AS ("
        " INSERT INTO healthcare_providers (first_name, last_name, email, license_number)"
        "  VALUES ('Ana', 'Aaron', 'ana@harbour.example', 'L-7781') RETURNING id), w AS ("
        " INSERT INTO provider_hospitals (provider_id, hospital_id) SELECT p.id, h.id FROM p, h)"
        " INSERT INTO provider_availability (provider_id, hospital_id, date, last_date,"
        " start_time, end_time, time_zone)"
        " SELECT p.id, h.id, %s, %s, '09:00', '12:00', 'UTC' FROM p, h",
        tomorrow,
        tomorrow,
    )
    agree(chat)
    say(chat, "Is there a free appointment?")
    proposal = chat.get_by_role("group", name="Proposed appointment")
    expect(proposal).to_be_visible()
    fits_a_phone(chat, "proposal")
    before = clinic.execute("SELECT count(*) FROM appointments")
    proposal.get_by_role("button", name="Yes, book it").click()
    expect(chat.locator(".said--assistant").last).to_contain_text("It is booked")
    assert clinic.execute("SELECT count(*) FROM appointments") == [(before[0][0] + 1,)]
