"""Documents of appointments: what is taken, who gets it, and parts of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from api.appointments.errors import FileTypeError
from api.appointments.file_types import plain_name, sniffed
from api.downloads import Part, RangeNotSatisfiableError, part_of
from gateways.files import FilesAwayError
from tests.support.http import People, Person
from tests.support.visits import Provider, booked, day, provider

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 40


async def setting(people: People) -> tuple[Provider, Person, str]:
    who, patient = await provider(people), await people.patient()
    made = await booked(patient, who, day())
    return who, patient, f"/api/appointments/{made['id']}/files/"


async def upload(
    person: Person, path: str, content: bytes, name: str = "report.pdf", **fields: Any
) -> Response:
    return await person.client.post(
        path,
        files={"file": (name, content, "application/octet-stream")},
        data=fields,
        headers=person.headers,
    )


async def test_both_sides_have_it_and_nobody_else(people: People) -> None:
    who, patient, path = await setting(people)
    admin, other = await people.person("admin"), await people.person("clinician")
    await people.care(other, patient)
    answer = await upload(patient, path, PDF, description="Blood count")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["file_type"], made["file_size"], made["description"]) == (
        "application/pdf",
        len(PDF),
        "Blood count",
    )
    assert made["uploaded_by_id"] == str(patient.id)
    for person in (patient, who.person):
        listed = (await person.get(path)).json()["results"]
        assert [one["id"] for one in listed] == [made["id"]]
        got = await person.get(f"{path}{made['id']}/")
        assert (got.status_code, got.content) == (200, PDF)
        assert got.headers["content-type"] == "application/pdf"
        assert "attachment" in got.headers["content-disposition"]
        assert "sandbox" in got.headers["content-security-policy"]
    for person in (admin, other):
        assert (await person.get(path)).status_code == 404
        assert (await person.get(f"{path}{made['id']}/")).status_code == 404
        assert (await upload(person, path, PDF)).status_code == 404
    refused = await who.person.client.delete(f"{path}{made['id']}/", headers=who.person.headers)
    assert refused.status_code == 403
    gone = await patient.client.delete(f"{path}{made['id']}/", headers=patient.headers)
    assert gone.status_code == 204
    assert (await patient.get(f"{path}{made['id']}/")).status_code == 404
    assert (await patient.get(path)).json()["results"] == []


async def test_what_it_is_goes_by_its_bytes(people: People) -> None:
    _, patient, path = await setting(people)
    for content, name, status in (
        (b"<!DOCTYPE html><script>alert(1)</script>", "report.pdf", 415),
        (b"MZ\x90\0" + b"\0" * 200, "picture.png", 415),
        (b"\xff\xfe\xfa\x00\x01\x02\x03", "notes.txt", 415),
        (b"", "empty.pdf", 400),
        (PNG, "scan.exe", 201),
        ("Müdigkeit seit Montag".encode(), "notes.txt", 201),
    ):
        answer = await upload(patient, path, content, name)
        assert answer.status_code == status, (name, answer.text)
    listed = (await patient.get(path)).json()["results"]
    assert [(one["file_name"], one["file_type"]) for one in listed] == [
        ("scan.exe.png", "image/png"),
        ("notes.txt", "text/plain"),
    ]
    assert (await patient.post(path, {"file": "x"})).status_code == 422
    nameless = await patient.client.post(path, data={"file": "x"}, headers=patient.headers)
    assert nameless.status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "From: Dr. Quaye\nTo: Ama Mensah\n\nDear Ama,",
        "Subject: x",
        "hello stranger text document " * 10,
        '{"a":1}',
        "MZ was the patient's mark",
        "BM 3 times a day",
        "<3 tablets a day",
        "<Dr. Quaye> wrote",
        "GIF89a is a format",
        "a,b\n1,2\n",
        "\ufeffMüde seit Montag",
    ],
)
def test_plain_text_is_taken_whatever_it_says(text: str) -> None:
    assert sniffed(text.encode(), len(text.encode())) == "text/plain"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\n  <HTML>x",
        b"\xef\xbb\xbf<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<svg/onload=alert(1)>",
        b"<?xml version='1.0'?><svg/>",
        b"<!-- --><svg/>",
        b"#!/bin/sh\nrm -rf /\n",
        b"%!PS-Adobe-3.0\n",
        b"{\\rtf1 x}",
        b"PK\x03\x04" + b"\0" * 40,
        b"\x7fELF" + b"\0" * 40,
        b"MZ\x90\0" + b"\0" * 200,
        "Müde".encode("utf-16"),
    ],
)
def test_what_can_be_run_is_no_text(content: bytes) -> None:
    with pytest.raises(FileTypeError):
        sniffed(content, len(content))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "application/pdf"),
        (b"%PDF-1.7\nall of characters\n%%EOF", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
        (b"II*\0" + b"\0" * 50, "image/tiff"),
        (b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 40, "image/webp"),
        (b"\0" * 128 + b"DICM" + b"\0" * 40, "application/dicom"),
    ],
)
def test_documents_are_known_by_their_bytes(content: bytes, found: str) -> None:
    assert sniffed(content, len(content)) == found


async def test_a_letter_comes_back_as_a_file_that_no_browser_shows(people: People) -> None:
    _, patient, path = await setting(people)
    made = (await upload(patient, path, b"From: Dr. Quaye\n<script>x</script>", "a.html")).json()
    assert (made["file_name"], made["file_type"]) == ("a.html.txt", "text/plain")
    got = await patient.get(f"{path}{made['id']}/")
    assert got.headers["content-type"].startswith("text/plain")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith("attachment")


async def test_the_size_is_bounded(people: People) -> None:
    _, patient, path = await setting(people)
    most = people.parts.settings.appointment_file_bytes
    answer = await upload(patient, path, b"%PDF-1.7\n" + b"\0" * most)
    assert answer.status_code == 413
    large = b"%PDF-1.7\n" + b"\1" * (2 * 2**20)
    assert (await upload(patient, path, large)).status_code == 201
    huge = {"notes": "x" * (2 * 2**20)}
    assert (await patient.patch(path.removesuffix("files/"), huge)).status_code == 413


async def test_a_part_is_given_by_its_bytes(people: People) -> None:
    _, patient, path = await setting(people)
    key = (await upload(patient, path, PDF)).json()["id"]
    url = f"{path}{key}/"

    async def ranged(asked: str, **more: str) -> Response:
        headers = patient.headers | {"Range": asked, "Accept-Encoding": "gzip", **more}
        return await patient.client.get(url, headers=headers)

    part = await ranged("bytes=100-199")
    assert (part.status_code, part.content) == (206, PDF[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(PDF)}"
    assert "content-encoding" not in part.headers
    assert (await ranged("bytes=-10")).content == PDF[-10:]
    assert (await ranged("bytes=10-")).content == PDF[10:]
    beyond = await ranged(f"bytes={len(PDF)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(PDF)}")
    assert (await ranged("bytes=0-1,4-5")).status_code == 200
    assert (await ranged("bytes=0-1", **{"If-Range": part.headers["etag"]})).status_code == 206
    assert (await ranged("bytes=0-1", **{"If-Range": '"other"'})).status_code == 200
    head = await patient.client.head(url, headers=patient.headers)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(PDF)))


async def test_another_appointments_file_is_none(people: People) -> None:
    who, patient, path = await setting(people)
    key = (await upload(patient, path, PDF)).json()["id"]
    second = await booked(patient, who, day(4))
    assert (await patient.get(f"/api/appointments/{second['id']}/files/{key}/")).status_code == 404
    assert (await patient.get(f"{path}{uuid4()}/")).status_code == 404


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\scans\\a b.PDF", "a b.PDF"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("..", "file.pdf"),
        ("x" * 300, "x" * 120 + ".pdf"),
    ],
)
def test_a_name_holds_no_path(given: str, kept: str) -> None:
    assert plain_name(given, "application/pdf") == kept


def test_ranges() -> None:
    assert part_of("bytes=0-0", 10) == Part(0, 1)
    assert part_of("bytes=5-99", 10) == Part(5, 10)
    assert part_of("bytes=-99", 10) == Part(0, 10)
    assert part_of("bytes=5-2", 10) is None
    assert part_of("lines=1-2", 10) is None
    for asked in ("bytes=10-", "bytes=-0"):
        with pytest.raises(RangeNotSatisfiableError):
            part_of(asked, 10)


async def test_a_document_that_comes_twice_is_kept_once(people: People) -> None:
    _, patient, path = await setting(people)
    headers = {**patient.headers, "Idempotency-Key": str(uuid4())}

    async def sent(content: bytes) -> Response:
        files = {"file": ("report", content, "application/octet-stream")}
        data = {"description": "Blood count"}
        return await patient.client.post(path, files=files, data=data, headers=headers)

    first, again, other = await sent(PDF), await sent(PDF), await sent(PNG)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len((await patient.get(path)).json()["results"]) == 1


async def test_content_that_cannot_be_taken_away_hides_no_refusal(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, patient, path = await setting(people)

    async def away(*_: object) -> None:
        await asyncio.sleep(0)
        raise FilesAwayError

    monkeypatch.setattr(type(people.parts.files), "delete", away)
    monkeypatch.setattr("api.appointments.files.MOST_FILES", 0)
    refused = await upload(patient, path, PDF)
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:jeghealth:problem:too-many-files"


async def test_a_store_that_is_away_is_not_taken_for_the_database(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, patient, path = await setting(people)
    made = (await upload(patient, path, PDF)).json()

    async def away(*_: object) -> None:
        await asyncio.sleep(0)
        raise FilesAwayError

    for name in ("put_stream", "stream"):
        monkeypatch.setattr(type(people.parts.files), name, away)
    for answer in (await upload(patient, path, PNG), await patient.get(f"{path}{made['id']}/")):
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:jeghealth:problem:files-unavailable"
        assert int(answer.headers["Retry-After"]) > 0
    assert len((await patient.get(path)).json()["results"]) == 1
