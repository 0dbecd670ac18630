"""Names of substances, brought to one form; classes that allergies are told by.

The names are those of WHO's list of international nonproprietary names beside the ones in use in
the United States, the classes those of its ATC index. What a catalogue says of a product's classes
comes beside this and goes further.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final

SYNONYMS: Final[Mapping[str, str]] = {
    "acetaminophen": "paracetamol",
    "asa": "aspirin",
    "acetylsalicylic acid": "aspirin",
    "albuterol": "salbutamol",
    "epinephrine": "adrenaline",
    "frusemide": "furosemide",
    "glyburide": "glibenclamide",
    "meperidine": "pethidine",
    "rifampin": "rifampicin",
    "penicillin v": "phenoxymethylpenicillin",
    "penicillin g": "benzylpenicillin",
    "clavulanate": "clavulanic acid",
    "levothyroxine sodium": "levothyroxine",
    "vitamin k antagonist": "vitamin k antagonists",
    "cotrimoxazole": "sulfamethoxazole",
    "co trimoxazole": "sulfamethoxazole",
}
CLASSES: Final[Mapping[str, tuple[str, ...]]] = {
    "penicillins": (
        "penicillin", "amoxicillin", "ampicillin", "benzylpenicillin", "cloxacillin",
        "dicloxacillin", "flucloxacillin", "phenoxymethylpenicillin", "piperacillin",
        "benzathine benzylpenicillin",
    ),
    "cephalosporins": (
        "cefalexin", "cefazolin", "cefepime", "cefixime", "cefotaxime", "cefpodoxime",
        "ceftazidime", "ceftriaxone", "cefuroxime",
    ),
    "sulfonamide antibiotics": ("sulfa", "sulfamethoxazole", "sulfadiazine", "sulfadoxine"),
    "nsaids": (
        "nsaid", "aspirin", "celecoxib", "diclofenac", "ibuprofen", "indometacin", "ketoprofen",
        "ketorolac", "mefenamic acid", "meloxicam", "naproxen", "piroxicam",
    ),
    "macrolides": ("azithromycin", "clarithromycin", "erythromycin"),
    "fluoroquinolones": ("ciprofloxacin", "levofloxacin", "moxifloxacin", "ofloxacin"),
    "tetracyclines": ("doxycycline", "minocycline", "tetracycline"),
    "ace inhibitors": ("captopril", "enalapril", "lisinopril", "perindopril", "ramipril"),
    "statins": ("atorvastatin", "lovastatin", "pravastatin", "rosuvastatin", "simvastatin"),
    "opioids": (
        "codeine", "fentanyl", "hydrocodone", "methadone", "morphine", "oxycodone", "pethidine",
        "tramadol",
    ),
    "beta blockers": ("atenolol", "bisoprolol", "carvedilol", "metoprolol", "propranolol"),
    "local anaesthetics": ("bupivacaine", "lidocaine", "ropivacaine"),
}  # fmt: skip
"""Class -> what it is also called, and its members."""
CROSS_REACTING: Final[Mapping[str, tuple[str, ...]]] = {"penicillins": ("cephalosporins",)}
"""Allergy to the one makes an allergy to the others more likely; either way round."""
CONDITIONS: Final[Mapping[str, str]] = {
    "high blood pressure": "hypertension",
    "kidney disease": "renal impairment",
    "kidney failure": "renal impairment",
    "renal failure": "renal impairment",
    "chronic kidney disease": "renal impairment",
    "ckd": "renal impairment",
    "liver disease": "hepatic impairment",
    "liver failure": "hepatic impairment",
    "cirrhosis": "hepatic impairment",
    "pregnant": "pregnancy",
    "stomach ulcer": "peptic ulcer",
    "gastric ulcer": "peptic ulcer",
    "duodenal ulcer": "peptic ulcer",
    "cardiac failure": "heart failure",
    "chf": "heart failure",
}
_SALTS: Final = frozenset({
    "hydrochloride", "hcl", "sodium", "potassium", "sulfate", "sulphate", "maleate", "besylate",
    "besilate", "mesylate", "acetate", "tartrate", "succinate", "fumarate", "phosphate", "citrate",
    "trihydrate", "monohydrate", "anhydrous", "calcium",
})  # fmt: skip
_MINERALS: Final = frozenset({"chloride", "carbonate", "bicarbonate", "gluconate"})
"""What is left of a mineral without its metal names nothing."""
_STRENGTH: Final = re.compile(r"\d+(?:[.,]\d+)?\s*(?:mg|mcg|g|ml|iu|units?|%)(?:/\w+)?\b")
_BETWEEN: Final = re.compile(r"\s*(?:\+|/|,|;|&|\n|\band\b|\bwith\b|\bet\b)\s*")
_SHORTEST_FUZZY: Final = 6
_CLOSE: Final = 0.88
_PLURAL: Final = 4


def key(name: str) -> str:
    """A name in the form that names are compared in: no case, accents, punctuation or plural.

    >>> key("Pénicillins "), key("ACE-inhibitor")
    ('penicillin', 'ace inhibitor')
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    words = re.findall(r"[a-z0-9]+", plain)
    return " ".join(
        word[:-1] if len(word) > _PLURAL and word.endswith("s") and word[-2] not in "siu" else word
        for word in words
    )


_SYNONYMS: Final = {key(name): key(meant) for name, meant in SYNONYMS.items()}
_CONDITIONS: Final = {key(name): key(meant) for name, meant in CONDITIONS.items()}
_CLASSES: Final = {key(name): frozenset(map(key, who)) for name, who in CLASSES.items()}
_CROSSING: Final = {key(one): frozenset(map(key, them)) for one, them in CROSS_REACTING.items()}


def substance(name: str) -> str:
    """The key of a substance, by its international name.

    >>> substance("Acetaminophen 500 mg")
    'paracetamol'
    """
    bare = key(_STRENGTH.sub(" ", name.casefold()))
    words = bare.split()
    without = " ".join(word for word in words if word not in _SALTS) or bare
    if without in _MINERALS:
        without = bare
    return _SYNONYMS.get(bare, _SYNONYMS.get(without, without))


def condition(name: str) -> str:
    """The key of a condition, by the name that catalogues use."""
    return _CONDITIONS.get(key(name), key(name))


def split(text: str) -> list[str]:
    """Parts of a list as people write them."""
    return [part for part in _BETWEEN.split(text) if part.strip()]


def ingredients(generic_name: str, name: str) -> tuple[str, ...]:
    """Keys of a product's active ingredients; of its name where it has no generic one."""
    found = (substance(part) for part in split(generic_name or name))
    return tuple(dict.fromkeys(one for one in found if one))


def classes_of(ingredient: str) -> frozenset[str]:
    """Keys of the classes that an ingredient is known to be in; of a class, itself."""
    found = {name for name, members in _CLASSES.items() if ingredient in members}
    return frozenset(found | ({ingredient} & _CLASSES.keys()))


def crossing(class_name: str) -> frozenset[str]:
    """Keys of classes whose members those who are allergic to this class may react to."""
    reverse = {one for one, others in _CROSSING.items() if class_name in others}
    return _CROSSING.get(class_name, frozenset()) | reverse


def names_in(text: str, names: frozenset[str]) -> Iterator[str]:
    """Which of these keys stand in a text, as whole words."""
    padded = f" {key(text)} "
    yield from sorted(name for name in names if name and f" {name} " in padded)


def misspelt(name: str, known: frozenset[str]) -> str | None:
    """The known key that a longer name nearly is."""
    if len(name) < _SHORTEST_FUZZY:
        return None
    return next(iter(get_close_matches(name, sorted(known), 1, _CLOSE)), None)
