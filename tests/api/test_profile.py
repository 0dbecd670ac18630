"""The profile and its picture."""

import io
from uuid import uuid4

import psycopg
import pytest
from httpx import Response
from PIL import Image

from api.accounts.images import MAX_BYTES, SIDE_PIXELS
from tests.support.http import People
from tests.support.members import Member, kind

WHOLE = {
    "first_name": "Ama",
    "last_name": "Mensah",
    "phone_number": "+233201234567",
    "date_of_birth": "1980-02-29",
    "emergency_contact_name": "Kofi Mensah",
    "emergency_contact_phone": "+233201234568",
    "time_zone": "Africa/Accra",
    "gender": "female",
    "height": 170.0,
    "weight": 65.5,
    "blood_type": "O+",
    "medical_conditions": "Asthma",
    "current_medications": "Salbutamol",
    "allergies": "Penicillin",
    "health_goals": "Run",
    "activity_level": "moderate",
    "email_notifications": False,
    "push_notifications": False,
    "health_reminders": False,
}


async def put(member: Member, body: object) -> Response:
    return await member.client.put("/api/auth/profile/", json=body, headers=member.headers)


async def test_every_field_is_told_and_can_be_set(member: Member) -> None:
    answer = await put(member, WHOLE)
    assert answer.status_code == 200
    told = answer.json()
    assert told | WHOLE == told
    assert told["bmi"] == 22.7
    assert told["full_name"] == "Ama Mensah"
    assert told["email"] == member.email
    assert told["roles"] == ["patient"]
    assert (await member.get("profile/")).json() == told


async def test_putting_empties_what_is_left_out_and_patching_keeps_it(member: Member) -> None:
    await put(member, WHOLE)
    patched = await member.patch(weight=70, allergies="")
    assert patched.status_code == 200
    told = patched.json()
    assert told["bmi"] == 24.2
    assert (told["allergies"], told["blood_type"]) == ("", "O+")
    emptied = (await put(member, {"first_name": "Ama", "last_name": "Mensah"})).json()
    assert (emptied["bmi"], emptied["height"], emptied["blood_type"]) == (None, None, "")
    assert emptied["date_of_birth"] is None
    assert emptied["email_notifications"] is True


async def test_without_height_or_weight_there_is_no_bmi(member: Member) -> None:
    assert (await member.patch(height=170)).json()["bmi"] is None


async def test_an_account_without_a_profile_has_the_empty_one(people: People) -> None:
    person = await people.person("patient")
    told = (await person.get("/api/auth/profile/")).json()
    assert (told["height"], told["gender"], told["health_reminders"]) == (None, "", True)
    changed = await person.patch("/api/auth/profile/", {"height": 180})
    assert changed.json()["height"] == 180


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("time_zone", "Mars/Base", "must be the name of an IANA time zone"),
        ("time_zone", "../etc/passwd", "must be the name of an IANA time zone"),
        ("phone_number", "0201234567", "must be an international number"),
        ("phone_number", "+1", "must be an international number"),
        ("emergency_contact_phone", "call me", "must be an international number"),
        ("height", 10, "must be at least 30"),
        ("weight", 1000, "must be at most 650"),
        ("weight", "NaN", "must be"),
        ("blood_type", "C", "must be"),
        ("gender", "f", "must be"),
        ("date_of_birth", "2999-01-01", "must be in the past"),
        ("allergies", "x" * 5001, "must have at most 5000 characters"),
        ("first_name", " ", "must have at least 1 characters"),
        ("email", "new@clinic.example", "is not a field of this request"),
        ("is_email_verified", True, "is not a field of this request"),
    ],
)
async def test_what_is_not_valid_is_named(
    member: Member, field: str, value: object, reason: str
) -> None:
    answer = await member.patch(**{field: value})
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert problem["field"] == field
    assert problem["reason"].startswith(reason)


async def test_the_name_is_needed_when_all_is_put(member: Member) -> None:
    answer = await put(member, {"first_name": "Ama"})
    assert answer.status_code == 422


async def test_a_profile_is_for_who_is_logged_in(member: Member) -> None:
    for method in ("GET", "PUT", "PATCH"):
        answer = await member.client.request(method, "/api/auth/profile/", json={})
        assert answer.status_code == 401


def drawn(kind_of_file: str, size: tuple[int, int] = (1200, 600), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind_of_file, **more)
    return out.getvalue()


async def upload(member: Member, content: bytes, name: str = "me.jpg") -> Response:
    return await member.client.put(
        "/api/auth/profile/image/",
        files={"image": (name, content, "image/jpeg")},
        headers=member.headers,
    )


async def shown(member: Member) -> Response:
    path = (await member.get("profile/")).json()["profile_image"]
    return await member.client.get(path)


@pytest.mark.parametrize("kind_of_file", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_drawn_anew_and_shown_by_a_signed_path(
    member: Member, kind_of_file: str
) -> None:
    assert (await upload(member, drawn(kind_of_file))).status_code == 204
    answer = await shown(member)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    image = Image.open(io.BytesIO(answer.content))
    assert image.format == "JPEG"
    assert image.size == (SIDE_PIXELS, SIDE_PIXELS // 2)


async def test_a_picture_says_nothing_of_where_it_was_taken(member: Member) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera 91x4"
    exif.get_ifd(0x8825)[1] = "N"
    content = drawn("JPEG", exif=exif)
    assert b"91x4" in content
    await upload(member, content)
    answer = await shown(member)
    assert b"91x4" not in answer.content
    image = Image.open(io.BytesIO(answer.content))
    assert not image.getexif()
    # Turned as the camera said.
    assert image.size == (SIDE_PIXELS // 2, SIDE_PIXELS)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", drawn("GIF", (9, 9)), drawn("PNG")[:90]],
)
async def test_what_is_no_picture_is_refused(member: Member, content: bytes) -> None:
    answer = await upload(member, content)
    assert (answer.status_code, kind(answer)) == (400, "unreadable-image")


async def test_a_picture_that_unfolds_is_refused(member: Member) -> None:
    bomb = drawn("PNG", (12_000, 12_000), compress_level=9)
    assert len(bomb) < MAX_BYTES
    answer = await upload(member, bomb)
    assert (answer.status_code, kind(answer)) == (400, "unreadable-image")


async def test_a_large_file_is_refused(member: Member) -> None:
    for size in (MAX_BYTES + 1, 3 * MAX_BYTES):
        assert (await upload(member, b"\xff\xd8" + bytes(size))).status_code == 413


async def test_a_form_without_a_picture_is_refused(member: Member) -> None:
    answer = await member.client.put(
        "/api/auth/profile/image/", files={"other": b"x"}, headers=member.headers
    )
    assert answer.status_code == 422


async def test_a_path_that_was_changed_shows_nothing(member: Member) -> None:
    await upload(member, drawn("JPEG"))
    path = (await member.get("profile/")).json()["profile_image"]
    until = path.partition("until=")[2].partition("&")[0]
    for wrong in (
        path[:-3] + "xxx",
        path.replace(until, str(int(until) + 3600)),
        path.replace(until, "1"),
        path.replace(path.split("/")[4], str(uuid4())),
    ):
        assert (await member.client.get(wrong)).status_code == 404


async def test_a_picture_that_is_replaced_or_removed_is_gone(member: Member) -> None:
    await upload(member, drawn("JPEG"))
    first = (await member.get("profile/")).json()["profile_image"]
    await upload(member, drawn("PNG"))
    assert (await member.client.get(first)).status_code == 404
    second = (await member.get("profile/")).json()["profile_image"]
    for _ in range(2):
        answer = await member.client.delete("/api/auth/profile/image/", headers=member.headers)
        assert answer.status_code == 204
    assert (await member.client.get(second)).status_code == 404
    assert (await member.get("profile/")).json()["profile_image"] is None


async def test_a_picture_that_is_not_kept_leaves_no_file(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    await upload(member, drawn("JPEG"))
    files, kept = member.people.parts.files, []
    put = files.put

    async def noted(key: str, content: bytes) -> None:
        await put(key, content)
        kept.append(key)

    async def away(*_: object) -> str:
        raise psycopg.OperationalError

    with monkeypatch.context() as failing:
        failing.setattr(files, "put", noted)
        failing.setattr("storage.queries.profiles.set_image", away)
        assert (await upload(member, drawn("PNG"))).status_code == 503
    [key] = kept
    assert await files.get(key) is None
    assert (await shown(member)).status_code == 200


async def test_a_profile_that_changed_meanwhile_is_not_overwritten(member: Member) -> None:
    seen = (await member.get("profile/")).headers["ETag"]
    await member.login()
    # A login is told in the profile and is no change of it.
    assert (await member.get("profile/")).headers["ETag"] == seen
    changed = await member.patch(weight=70)
    assert changed.headers["ETag"] == (await member.get("profile/")).headers["ETag"] != seen
    for method, body in (("PATCH", {"weight": 71}), ("PUT", WHOLE)):
        late = await member.client.request(
            method, "/api/auth/profile/", json=body, headers=member.headers | {"If-Match": seen}
        )
        assert kind(late) == "precondition-failed"
        assert late.headers["ETag"] == changed.headers["ETag"]
    assert (await member.get("profile/")).json()["weight"] == 70
    again = await member.client.put(
        "/api/auth/profile/",
        json=WHOLE,
        headers=member.headers | {"If-Match": changed.headers["ETag"]},
    )
    assert again.status_code == 200
