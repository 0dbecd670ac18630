"""The demo clinic as data: a ward of twelve, those who care for them, and who may log in.

Ids are derived from names, so that loading it twice gives the same clinic.
"""

import json
from dataclasses import dataclass, field
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1c2b8e-52a5-4a0e-9a53-9d5f0c2e7b41")
PASSWORD = "jeghealth-demo"  # noqa: S105  # of the demo clinic, which production refuses
HOSPITAL = "Korle Demo Hospital"
ZONE = "Africa/Accra"
"""Where clocks show UTC all the year."""
WARD = "4B"
HISTORY_DAYS = 30


def demo_id(kind: str, name: str) -> UUID:
    """Derive the id of one thing in the demo clinic."""
    return uuid5(NAMESPACE, f"{kind}:{name}")


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demo clinic; all share one password."""

    email: str
    first_name: str
    last_name: str
    role: str
    beds: range = range(0)
    """Beds whose patients this clinician cares for."""
    specialization: str = ""

    @property
    def id(self) -> UUID:
        """The user's id."""
        return demo_id("user", self.email)


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of the demo ward, and what the simulator makes of them."""

    bed: int
    first_name: str
    last_name: str
    birth_date: str
    sex: str
    scenario: str = "stable"
    profile: dict[str, float] = field(default_factory=dict)
    email: str | None = None

    @property
    def id(self) -> UUID:
        """The user's id."""
        return demo_id("user", self.email or f"bed-{self.bed}")

    @property
    def device_id(self) -> UUID:
        """Id of the device at the bed, which is its name at the broker."""
        return demo_id("device", f"bed-{self.bed}")


LOGINS = (
    Login(
        "dr.mensah@demo.example", "Kwame", "Mensah", "clinician", range(1, 13), "internal medicine"
    ),
    Login("nurse.addo@demo.example", "Efua", "Addo", "clinician", range(1, 13), "nursing"),
    Login("ama.owusu@demo.example", "Ama", "Owusu", "patient"),
    Login("dev@demo.example", "Kofi", "Asante", "developer"),
    Login("admin@demo.example", "Abena", "Sarpong", "admin"),
)


def offered_logins() -> str:
    """Return the logins as the API offers them on its log-in page: a JSON list."""
    offered = [{"email": login.email, "password": PASSWORD, "role": login.role} for login in LOGINS]
    return json.dumps(offered)


CLINICIANS = (
    *(login for login in LOGINS if login.role == "clinician"),
    Login("dr.boateng@demo.example", "Yaw", "Boateng", "clinician", range(7, 13), "cardiology"),
)
ADMIN = LOGINS[-1]

PATIENTS = (
    Patient(1, "Ama", "Owusu", "1958-03-14", "female", email="ama.owusu@demo.example"),
    Patient(2, "Kojo", "Appiah", "1949-11-02", "male", "desaturation", {"oxygen_saturation": 96.5}),
    Patient(3, "Akosua", "Darko", "1987-06-21", "female", "fever"),
    Patient(4, "Yaw", "Ofori", "1941-01-30", "male", "bradycardia", {"heart_rate": 64.0}),
    Patient(5, "Adwoa", "Boakye", "1972-09-09", "female"),
    Patient(6, "Kwabena", "Osei", "1965-12-17", "male", "hypoglycaemia", {"blood_glucose": 118.0}),
    Patient(7, "Esi", "Quaye", "1994-04-05", "female"),
    Patient(8, "Kwesi", "Annan", "1953-07-26", "male", "atrial_fibrillation"),
    Patient(9, "Afia", "Tetteh", "1979-02-11", "female"),
    Patient(10, "Nii", "Lartey", "1946-10-19", "male", "sepsis"),
    Patient(11, "Maame", "Antwi", "1983-08-03", "female"),
    Patient(12, "Kofi", "Nyarko", "1969-05-28", "male"),
)
