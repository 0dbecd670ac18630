"""What is warned of: allergies, interactions, duplicates, contraindications; and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.medicines.catalogue_file import UnusableMedicineError, template, values
from telemetry.medicines.notes import read_notes
from telemetry.medicines.substances import ingredients, key, substance
from telemetry.medicines.warnings import Background, Finding, Product, check


def product(name: str, **more: str | tuple[str, ...]) -> Product:
    return Product(name, name, ingredients(name, ""), **more)  # type: ignore[arg-type]


AMOXICILLIN = product(
    "amoxicillin trihydrate",
    classes=("Penicillins", "Antibiotics"),
    interactions="severe: vitamin K antagonists - bleeding\nMay raise levels of methotrexate.",
    contraindications="moderate: infectious mononucleosis - rash\nSevere asthma needs care",
)


def found(new: Product, *taken: Product, **said: str) -> list[Finding]:
    return check(new, taken, Background(**said))


@pytest.mark.parametrize(
    ("allergies", "severity"),
    [
        ("Penicillin", "severe"),
        ("penicillins; nuts", "severe"),
        ("Pénicilline", "severe"),
        ("peniciline", "severe"),
        ("severe allergy to amoxicilin", "severe"),
        ("Ampicillin (rash)", "severe"),
        ("latex, ceftriaxone", "moderate"),
        ("antibiotics", "severe"),
        ("No known allergies", None),
        ("NKDA", None),
        ("none", None),
        ("peanuts, pollen", None),
        ("", None),
    ],
)
def test_allergies_by_name_class_and_spelling(allergies: str, severity: str | None) -> None:
    listed = found(AMOXICILLIN, allergies=allergies)
    assert [one.severity for one in listed] == ([severity] if severity else [])
    assert all(one.source.startswith("profile.allergies") for one in listed)


def test_interactions_either_way_by_class_and_in_plain_text() -> None:
    warfarin = product("warfarin", classes=("Vitamin K antagonists",))
    (one,) = found(AMOXICILLIN, warfarin)
    assert (one.kind, one.severity, one.other_id) == ("interaction", "severe", "warfarin")
    assert one.source == "catalogue: interactions of amoxicillin trihydrate"
    (other,) = found(warfarin, AMOXICILLIN)
    assert other.quote == one.quote
    (plain,) = found(AMOXICILLIN, product("methotrexate"))
    assert (plain.severity, plain.quote) == ("unknown", "May raise levels of methotrexate.")
    assert found(AMOXICILLIN, product("metformin")) == []


def test_what_the_profile_lists_in_words_counts_as_well() -> None:
    listed = found(AMOXICILLIN, medications="Methotrexate 10 mg weekly, Amoxicillin 500 mg")
    assert {(one.kind, one.source) for one in listed} == {
        ("duplicate", "profile.current_medications"),
        ("interaction", "catalogue: interactions of amoxicillin trihydrate"),
    }


def test_duplicates_by_ingredient_and_by_class() -> None:
    ibuprofen, naproxen = product("ibuprofen"), product("naproxen sodium")
    both = product("Ibuprofen 200 mg + codeine phosphate")
    assert [(one.kind, one.severity) for one in found(both, ibuprofen)] == [
        ("duplicate", "moderate")
    ]
    assert [(one.kind, one.severity) for one in found(naproxen, ibuprofen)] == [
        ("duplicate", "mild")
    ]
    assert found(product("acetaminophen"), product("Paracetamol 500 mg"))[0].kind == "duplicate"


def test_contraindications_by_condition() -> None:
    metformin = product("metformin", contraindications="severe: renal impairment - lactic acidosis")
    (one,) = found(metformin, conditions="Chronic kidney disease; hypertension")
    assert (one.kind, one.severity, one.other) == (
        "contraindication",
        "severe",
        "Chronic kidney disease",
    )
    assert [one.severity for one in found(AMOXICILLIN, conditions="asthma")] == ["unknown"]
    assert found(metformin, conditions="hypertension") == []


def test_the_worst_comes_first_and_each_once() -> None:
    new = product(
        "ibuprofen", interactions="mild: warfarin - x\nsevere: warfarin - y\nmoderate: lithium - z"
    )
    listed = found(new, product("lithium"), product("warfarin"))
    assert [(one.other, one.severity) for one in listed] == [
        ("warfarin", "severe"),
        ("lithium", "moderate"),
    ]
    assert len({one.code for one in listed}) == 2


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_whatever_was_written_can_be_checked(first: str, second: str, third: str) -> None:
    new = product("ibuprofen", interactions=first, contraindications=second)
    other = product("warfarin", interactions=third)
    listed = check(new, [other], Background(second, third, first))
    assert all(one.source and one.other for one in listed)


@given(st.sampled_from(["severe", "Moderate", "minor"]), st.sampled_from(["\n", " | "]))
def test_a_line_with_a_form_is_found_wherever_it_stands(word: str, between: str) -> None:
    notes = read_notes(f"Take care.{between}{word}: warfarin - bleeding{between}Well.")
    assert [bool(one.names) for one in notes] == [False, True, False]


def test_names_in_one_form() -> None:
    assert substance("Potassium chloride") != substance("Sodium chloride")
    assert substance("Amoxicillin trihydrate 500 mg") == "amoxicillin"
    assert key("ACE inhibitors") == key("ace-inhibitor")
    assert ingredients("sulfamethoxazole/trimethoprim", "") == ("sulfamethoxazole", "trimethoprim")


def test_the_template_is_a_row_that_can_be_used() -> None:
    header, row = template().splitlines()
    assert header.startswith("catalogue_key,name")
    assert row.startswith("demo-amoxicillin-500")
    with pytest.raises(UnusableMedicineError, match="name_missing"):
        values({"catalogue_key": "a", "name": " "})
