"""What the admin panel does about jobs and webhooks, and how often it may be asked."""

from uuid import uuid4

from fastapi import FastAPI

from tests.support.http import People
from tests.support.panel import (
    Browser,
    at_the_panel,
    one,
    rows,
)


async def test_a_dead_job_is_done_again(browser: Browser, people: People) -> None:
    job = await one(
        people,
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
        " VALUES ('default', 'deliver', '{\"delivery_id\":"
        " \"00000000-0000-0000-0000-000000000001\"}', 'failed', 5) RETURNING id",
    )
    assert str(job) in rows(await browser.get("dead_jobs/list"))
    assert (await browser.get("dead_jobs/detail", pk=job)).status_code == 200
    assert (await browser.act("dead_jobs", job, "retry")).is_success
    assert (
        await one(people, "SELECT status::text FROM procrastinate_jobs WHERE id = %s", job)
        == "todo"
    )
    assert (await browser.act("dead_jobs", job, "retry")).status_code == 400


async def test_webhooks_of_hospitals_are_removed_and_peoples_own_are_not(
    browser: Browser, people: People
) -> None:
    person = await people.patient()
    hospital = await one(
        people, "INSERT INTO hospitals (name) VALUES (%s) RETURNING id", str(uuid4())
    )
    make = (
        "INSERT INTO webhook_endpoints (user_id, hospital_id, url, secret, kinds)"
        " VALUES (%s, %s, 'https://hook.example/', 'whsec_x', '{}') RETURNING id"
    )
    own = await one(people, make, person.id, None)
    theirs = await one(people, make, None, hospital)
    assert (await browser.act("webhook_endpoints", theirs, "remove")).is_success
    assert (await browser.act("webhook_endpoints", own, "remove")).status_code == 400
    left = "SELECT array_agg(id) FROM webhook_endpoints WHERE id IN (%s, %s)"
    assert await one(people, left, own, theirs) == [own]


async def test_requests_of_the_panel_are_counted_like_those_of_the_api(
    app: FastAPI, people: People
) -> None:
    browser, _ = await at_the_panel(app, people)
    async with browser:
        answer = await browser.get("roles/list")
        assert "user" in answer.headers["ratelimit-policy"]
        login = await browser.client.post("/admin/login", data={})
        assert "attempts" in login.headers["ratelimit-policy"]
