"""What the admin panel does about medicines and their categories."""

from uuid import uuid4

from tests.support.http import People
from tests.support.panel import (
    Browser,
    one,
)


async def test_medicines_and_categories_are_entered_and_changed(
    browser: Browser, people: People
) -> None:
    name = f"Heart {uuid4()}"
    made = await browser.post("medication_categories/create", name=name)
    assert made.status_code == 303, made.text[-2000:]
    category = await one(people, "SELECT id FROM medication_categories WHERE name = %s", name)
    assert (await browser.post("medication_categories/create", name=name)).status_code == 422
    path = f"medication_categories/edit?pk={category}"
    assert (await browser.post(path, name=name, description="Of the heart")).status_code == 303
    described = "SELECT name || description FROM medication_categories WHERE id = %s"
    assert await one(people, described, category) == f"{name}Of the heart"

    typed = {"name": name, "strength": "5 mg", "category_id": str(category), "is_active": "on"}
    made = await browser.post("medications/create", **typed)
    assert made.status_code == 303, made.text[-2000:]
    medicine = await one(people, "SELECT id FROM medications WHERE name = %s", name)
    form = await browser.get("medications/edit", pk=medicine)
    assert f'value="{category}"' in form.text
    path = f"medications/edit?pk={medicine}"
    assert (await browser.post(path, **typed | {"strength": "10 mg"})).status_code == 303
    kept = "SELECT strength FROM medications WHERE id = %s AND category_id = %s"
    assert await one(people, kept, medicine, category) == "10 mg"
    classes = {"drug_classes": "beta blockers\r\n\r\n antiarrhythmics "}
    assert (await browser.post(path, **typed, **classes)).status_code == 303
    named = "SELECT array_to_string(drug_classes, '+') FROM medications WHERE id = %s"
    assert await one(people, named, medicine) == "beta blockers+antiarrhythmics"
    form = await browser.get("medications/edit", pk=medicine)
    assert "beta blockers\nantiarrhythmics" in form.text
    many = {"drug_classes": "\n".join(f"class {number}" for number in range(21))}
    assert (await browser.post(path, **typed, **many)).status_code == 422
    assert (await browser.post(path, **typed | {"drug_classes": ""})).status_code == 303
    assert await one(people, named, medicine) == ""
    bad = await browser.post(path, **typed | {"category_id": f"{uuid4()}"})
    assert bad.status_code == 422

    used = await browser.act("medication_categories", category, "remove")
    assert used.status_code == 400
    assert (await browser.post(path, **typed | {"category_id": ""})).status_code == 303
    assert (await browser.act("medication_categories", category, "remove")).status_code == 200
    assert await one(people, described, category) is None
