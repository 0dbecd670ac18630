"""The catalogue of the demo clinic: a few well-known medicines, in words of this project's own.

It shows what the application does with a catalogue. It is no source to treat anybody by.
"""

import csv
import io
from typing import Any, Final

from storage.engine import WriteSession
from storage.queries import medications
from telemetry.medicines.catalogue_file import values

_COLUMNS: Final = (
    "catalogue_key", "name", "generic_name", "brand_name", "category", "form", "strength",
    "requires_prescription", "drug_classes", "description", "side_effects", "contraindications",
    "interactions", "storage_instructions",
)  # fmt: skip
_DRY: Final = "Dry, below 25 degrees."
CATALOGUE: Final = f"""\
demo-paracetamol-500;Paracetamol 500 mg tablets;paracetamol;Panadol;Pain relief;tablet;500 mg;no;\
;Against pain and fever.;Seldom a rash.;severe: hepatic impairment - it is broken down there;\
moderate: warfarin - regular use raises the INR;{_DRY}
demo-ibuprofen-400;Ibuprofen 400 mg tablets;ibuprofen;Brufen;Pain relief;tablet;400 mg;no;NSAIDs;\
Against pain, fever and inflammation.;Heartburn, nausea.;severe: peptic ulcer - it may bleed | \
severe: renal impairment - the kidneys get less blood | moderate: asthma - attacks are possible;\
severe: warfarin - bleeding is more likely | moderate: ACE inhibitors - they lower the pressure \
less, and the kidneys suffer | moderate: lithium - its level rises;{_DRY}
demo-aspirin-75;Aspirin 75 mg tablets;acetylsalicylic acid;Aspirin Cardio;Blood thinners;tablet;\
75 mg;no;NSAIDs|antiplatelets;Keeps platelets from clotting.;Bruises, heartburn.;\
severe: peptic ulcer - it may bleed;severe: warfarin - bleeding is more likely | \
moderate: ibuprofen - it protects the heart less;{_DRY}
demo-warfarin-5;Warfarin 5 mg tablets;warfarin;Coumadin;Blood thinners;tablet;5 mg;yes;\
vitamin K antagonists|anticoagulants;Slows the clotting of blood; the INR is watched.;Bleeding.;\
severe: pregnancy - it harms the child;severe: NSAIDs - bleeding is more likely | \
moderate: amoxicillin - watch the INR | severe: metronidazole - the INR rises;{_DRY}
demo-amoxicillin-500;Amoxicillin 500 mg capsules;amoxicillin;Amoxil;Antibiotics;capsule;500 mg;yes;\
penicillins;Against infections by bacteria.;Diarrhoea, rash.;\
moderate: infectious mononucleosis - a rash is likely;moderate: methotrexate - its level rises;\
{_DRY}
demo-metronidazole-400;Metronidazole 400 mg tablets;metronidazole;Flagyl;Antibiotics;tablet;400 mg;\
yes;nitroimidazoles;Against anaerobic bacteria and some parasites.;A taste of metal, nausea.;;\
severe: warfarin - the INR rises | moderate: lithium - its level rises;{_DRY}
demo-metformin-500;Metformin 500 mg tablets;metformin;Glucophage;Diabetes;tablet;500 mg;yes;\
biguanides;Lowers the blood glucose of type 2 diabetes.;Diarrhoea, nausea.;\
severe: renal impairment - lactic acid may rise;;{_DRY}
demo-lisinopril-10;Lisinopril 10 mg tablets;lisinopril;Zestril;Heart and circulation;tablet;10 mg;\
yes;ACE inhibitors;Lowers the blood pressure.;A dry cough, dizziness.;\
severe: pregnancy - it harms the child | severe: angioedema - it may come back;\
severe: spironolactone - potassium may rise dangerously | moderate: lithium - its level rises;{_DRY}
demo-amlodipine-5;Amlodipine 5 mg tablets;amlodipine besylate;Norvasc;Heart and circulation;tablet;\
5 mg;yes;calcium channel blockers;Lowers the blood pressure.;Swollen ankles, flushing.;;\
moderate: simvastatin - its level rises;{_DRY}
demo-spironolactone-25;Spironolactone 25 mg tablets;spironolactone;Aldactone;Heart and circulation;\
tablet;25 mg;yes;potassium-sparing diuretics;For heart failure and high pressure.;Dizziness.;\
severe: renal impairment - potassium rises;severe: ACE inhibitors - potassium may rise dangerously;\
{_DRY}
demo-simvastatin-20;Simvastatin 20 mg tablets;simvastatin;Zocor;Heart and circulation;tablet;20 mg;\
yes;statins;Lowers the cholesterol.;Aching muscles.;severe: hepatic impairment - it may get worse;\
severe: clarithromycin - muscles may break down | moderate: amlodipine - its level rises;{_DRY}
demo-clarithromycin-500;Clarithromycin 500 mg tablets;clarithromycin;Klacid;Antibiotics;tablet;\
500 mg;yes;macrolides;Against infections by bacteria.;Nausea, a bitter taste.;;\
severe: statins - muscles may break down | moderate: warfarin - watch the INR;{_DRY}
demo-salbutamol-100;Salbutamol 100 microgram inhaler;salbutamol;Ventolin;Lungs;inhaler;100 mcg;yes;\
beta-2 agonists;Opens the airways.;Trembling, a fast heart.;;\
severe: beta blockers - each takes the effect of the other;Not above 30 degrees, away from fire.
demo-insulin-glargine;Insulin glargine 100 units/ml pen;insulin glargine;Lantus;Diabetes;pen;\
100 units/ml;yes;insulins;Lowers the blood glucose for a day.;Low blood glucose.;;\
moderate: beta blockers - they hide the signs of low glucose;Unopened in the refrigerator.
"""


def rows() -> list[dict[str, Any]]:
    """Medicines as an import takes them."""
    # A semicolon with a space after it is part of a sentence.
    lines = CATALOGUE.replace("; ", ", ")
    found = csv.DictReader(io.StringIO(lines), _COLUMNS, delimiter=";")
    return [values(row) for row in found]


async def add_catalogue(session: WriteSession) -> None:
    """Add the medicines and their categories, once; what was changed since is left alone."""
    named = rows()
    ids = await medications.category_ids(session, {row["category"] for row in named})
    known = await medications.known_keys(session, [row["catalogue_key"] for row in named])
    new = []
    for row in named:
        if row["catalogue_key"] not in known:
            category = row.pop("category")
            new.append({**row, "category_id": ids[category]})
    await medications.upsert(session, new)
