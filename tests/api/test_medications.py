"""The catalogue over HTTP: finding, changing, categories, imports."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from jobs.progress import perform
from jobs.settings import Settings
from tests.support.http import People, Person

PATH = "/api/medications/"
IMPORTS = "/api/medications/imports/"


def names(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["results"]]


@pytest.mark.parametrize("words", ["amoxicillin", "amoxicilin", "Amoksicillin", "AMOXIL", "amoxi"])
async def test_it_is_found_by_any_name_in_spite_of_typing_errors(
    people: People, words: str
) -> None:
    mark = uuid4().hex[:8]
    patient = await people.patient()
    named = {"generic_name": "amoxicillin", "brand_name": "Amoxil", "manufacturer": mark}
    wanted = await people.medication(f"Amoxicillin {mark}", **named)
    other = await people.medication(f"Metformin {mark}", generic_name="metformin")
    found = await patient.get(PATH, search=words, limit=500)
    ids = [UUID(one["id"]) for one in found.json()["results"]]
    assert wanted in ids
    assert other not in ids


@pytest.mark.parametrize("words", ["warfrin", "wafarin", "coumdan", "warf 5"])
async def test_a_short_word_may_be_misspelt(people: People, words: str) -> None:
    patient = await people.patient()
    named = {"generic_name": "warfarin", "brand_name": "Coumadin"}
    wanted = await people.medication("Warfarin 5 mg tablets", **named)
    found = await patient.get(PATH, search=words, limit=500)
    assert wanted in [UUID(one["id"]) for one in found.json()["results"]]


async def test_what_fits_best_comes_first_and_pages_follow(people: People) -> None:
    patient, mark = await people.patient(), f"zzq{uuid4().hex[:6]}"
    exact = await people.medication(mark)
    for number in range(4):
        await people.medication(f"{mark}x{number} and more of it")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"search": mark, "limit": 2} | ({"cursor": cursor} if cursor else {})
        body = (await patient.get(PATH, **query)).json()
        seen += [one["id"] for one in body["results"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen[0] == str(exact)
    assert len(seen) == len(set(seen)) == 5


async def test_filters(people: People) -> None:
    admin, mark = await people.person("admin"), uuid4().hex
    category = await admin.post(f"{PATH}categories/", {"name": mark})
    assert category.status_code == 201
    key = category.json()["id"]
    made = await admin.post(
        PATH,
        {"name": "A", "category_id": key, "form": "Tablet", "requires_prescription": True},
    )
    assert made.status_code == 201
    await admin.post(PATH, {"name": "B", "category_id": key, "is_active": False})
    assert names(await admin.get(PATH, category=key)) == ["A", "B"]
    assert names(await admin.get(PATH, category=key, form="tablet")) == ["A"]
    assert names(await admin.get(PATH, category=key, requires_prescription=False)) == ["B"]
    assert names(await admin.get(PATH, category=key, is_active=True)) == ["A"]
    gone = await admin.client.delete(f"{PATH}categories/{key}/", headers=admin.headers)
    assert gone.status_code == 409


async def test_nobody_overwrites_what_they_have_not_seen(people: People) -> None:
    admin = await people.person("admin")
    made = await admin.post(PATH, {"name": "Aspirin 75 mg", "strength": "75 mg"})
    path, tag = made.headers["Location"], made.headers["ETag"]
    changed = await admin.client.patch(
        path, json={"form": "tablet"}, headers=admin.headers | {"If-Match": tag}
    )
    assert (changed.status_code, changed.json()["strength"]) == (200, "75 mg")
    stale = await admin.put(path, {"name": "Other"}, **{"If-Match": tag})
    assert stale.status_code == 412
    whole = await admin.put(path, {"name": "Aspirin"}, **{"If-Match": changed.headers["ETag"]})
    assert (whole.status_code, whole.json()["form"]) == (200, "")
    assert whole.json()["catalogue_key"] == made.json()["catalogue_key"]


async def test_what_is_taken_or_unknown_is_refused(people: People) -> None:
    admin, key = await people.person("admin"), uuid4().hex
    assert (await admin.post(PATH, {"name": "A", "catalogue_key": key})).status_code == 201
    assert (await admin.post(PATH, {"name": "B", "catalogue_key": key})).status_code == 409
    unknown = await admin.post(PATH, {"name": "B", "category_id": str(uuid4())})
    assert unknown.json()["errors"][0]["field"] == "category_id"
    assert (await admin.get(f"{PATH}{uuid4()}/")).status_code == 404


async def test_a_key_makes_it_once(people: People) -> None:
    admin, mark = await people.person("admin"), uuid4().hex
    headers = admin.headers | {"Idempotency-Key": uuid4().hex}
    both = [await admin.client.post(PATH, json={"name": mark}, headers=headers) for _ in range(2)]
    assert both[0].json() == both[1].json()
    assert names(await admin.get(PATH, search=mark)) == [mark]


async def test_categories(people: People) -> None:
    admin, name = await people.person("admin"), uuid4().hex
    path = f"{PATH}categories/"
    made = await admin.post(path, {"name": name})
    assert (await admin.post(path, {"name": name})).status_code == 409
    key = made.headers["Location"]
    changed = await admin.put(key, {"name": f"{name}2", "description": "x"})
    assert (changed.status_code, changed.json()["name"]) == (200, f"{name}2")
    gone = await admin.client.delete(key, headers=admin.headers)
    assert (gone.status_code, (await admin.get(key)).status_code) == (204, 404)


async def imported(people: People, admin: Person, text: str) -> tuple[dict[str, Any], list[str]]:
    headers = admin.headers | {"Content-Type": "text/csv"}
    answer = await admin.client.post(IMPORTS, content=text.encode(), headers=headers)
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    settings = Settings(database_url=people.parts.settings.database_url)
    await perform(people.db, settings, UUID(job_id))
    job = (await admin.get(f"/api/jobs/{job_id}/")).json()
    report = await admin.get(f"{IMPORTS}{job_id}/report/")
    return job, report.text.splitlines()


async def test_a_catalogue_is_imported_row_by_row_and_again(people: People) -> None:
    admin, mark = await people.person("admin"), uuid4().hex
    first = "catalogue_key;name;category;drug_classes;requires_prescription\n"
    rows = (
        f"{mark}-1;Ibuprofen {mark};Pain {mark};NSAIDs|propionic acids;no\n"
        f";Nameless key;;;\n"
        f"{mark}-2;;;;\n"
        f"{mark}-3;Codeine {mark};Pain {mark};opioids;perhaps\n"
        f"{mark}-1;Again;;;\n"
        f"{mark}-4;{'x' * 201};;;\n"
    )
    job, report = await imported(people, admin, first + rows)
    assert (job["state"], job["kind"]) == ("succeeded", "medication-import")
    assert job["result"]["created"] == 1
    assert job["result"]["refused"] == 5
    assert report == [
        "row,outcome,reason",
        "1,created,",
        "2,refused,catalogue_key_missing",
        "3,refused,name_missing",
        "4,refused,requires_prescription_neither_yes_nor_no",
        "5,refused,catalogue_key_repeated",
        "6,refused,name_too_long",
    ]
    (found,) = (await admin.get(PATH, search=f"Ibuprofen {mark}")).json()["results"]
    assert found["category"]["name"] == f"Pain {mark}"
    assert found["drug_classes"] == ["NSAIDs", "propionic acids"]
    _, report = await imported(people, admin, first + rows.splitlines()[0])
    assert report[1] == "1,unchanged,"
    # A column that the file does not have stays as it was.
    _, report = await imported(
        people, admin, f"catalogue_key,name,strength\n{mark}-1,Ibuprofen {mark},400 mg\n"
    )
    assert report[1] == "1,updated,"
    (found,) = (await admin.get(PATH, search=f"Ibuprofen {mark}")).json()["results"]
    assert (found["strength"], found["category"]["name"]) == ("400 mg", f"Pain {mark}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,strength\nA,1\n", "catalogue_key"),
        ("catalogue_key,name,name\na,b,c\n", "twice"),
        ('catalogue_key,name\na,"b\n', "quote"),
    ],
)
async def test_a_file_that_is_none_says_why(people: People, text: str, said: str) -> None:
    job, _ = await imported(people, await people.person("admin"), text)
    assert job["state"] == "failed"
    assert said in job["error"]


async def test_the_template_can_be_imported(people: People) -> None:
    admin = await people.person("admin")
    template = await admin.get(f"{IMPORTS}template/")
    assert template.headers["content-type"].startswith("text/csv")
    job, report = await imported(people, admin, template.text)
    assert job["state"] == "succeeded"
    assert report[1].split(",")[1] in {"created", "unchanged"}


async def test_a_catalogue_that_is_sent_twice_with_one_key_is_one_import(people: People) -> None:
    admin = await people.person("admin")
    headers = {**admin.headers, "Content-Type": "text/csv", "Idempotency-Key": str(uuid4())}
    first, again = [
        await admin.client.post(IMPORTS, content=b"catalogue_key,name\nk1,One\n", headers=headers)
        for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len((await admin.get("/api/jobs/")).json()["results"]) == 1
