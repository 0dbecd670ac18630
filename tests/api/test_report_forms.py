"""A report as JSON, CSV or PDF: what Accept likes best, with every value and no formula."""

import csv
import io
import zlib

from httpx import Response

from tests.api.health_cases import BASE, HOUR, lives_in, now, ok
from tests.support.http import People, Person


async def accepted(people: People, patient: Person, accept: str) -> Response:
    return await people.client.get(f"{BASE}/report/", headers=patient.headers | {"Accept": accept})


async def test_the_form_is_what_accept_likes_best(people: People) -> None:
    patient = await people.patient()
    for accept, expected in (
        ("text/html, */*;q=0.1", "application/json"),
        ("application/pdf", "application/pdf"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
    ):
        answer = await accepted(people, patient, accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, expected)
    assert (await accepted(people, patient, "image/png")).status_code == 406


async def test_csv_holds_every_value_and_no_formula(people: People) -> None:
    patient = await people.patient(last_name="Owusu")
    at = now()
    await people.db.execute(
        "UPDATE users SET first_name = %s, last_name = %s WHERE id = %s",
        ('=HYPERLINK("http://evil.example","x")', "@SUM(1)", patient.id),
    )
    await lives_in(people, patient, "Asia/Kolkata")
    await people.measure(patient, "body_temperature", [(at - n * HOUR, 37.0) for n in range(5)])
    answer = await patient.get(f"{BASE}/report/", format="csv", period="daily")
    assert answer.headers["content-disposition"].startswith('attachment; filename="health-report-')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    chart = (await ok(patient, "report", period="daily"))["metrics_chart_data"][0]
    assert [float(row["mean"]) for row in rows] == chart["mean"]
    assert all(row["patient"].startswith("'=HYPERLINK") for row in rows)
    assert all(row["start_local"].endswith("+05:30") for row in rows)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)


async def test_a_pdf_has_words_and_plots(people: People) -> None:
    patient = await people.patient(last_name="Ow$usu $x^2$ \N{CJK UNIFIED IDEOGRAPH-6F22}")
    at = now()
    values = [(at - n * 6 * HOUR, 70.0 + n % 5) for n in range(60)]
    await people.measure(patient, "heart_rate", values)
    await people.measure(patient, "steps", [(time, 400) for time, _ in values])
    answer = await patient.get(f"{BASE}/report/", format="pdf", period="monthly")
    document = answer.content
    assert document.startswith(b"%PDF-")
    assert document.rstrip().endswith(b"%%EOF")
    assert document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") >= 2
    drawn = b"".join(streams(document))
    assert drawn.count(b" l\n") > 60, "lines of plots"
    assert drawn.count(b"Tj") + drawn.count(b"TJ") > 30, "words"


def streams(document: bytes) -> list[bytes]:
    """What the pages' streams hold, inflated."""
    found = []
    for piece in document.split(b"stream\n")[1:]:
        body = piece.split(b"\nendstream", 1)[0]
        try:
            found.append(zlib.decompress(body))
        except zlib.error:
            continue
    return found
