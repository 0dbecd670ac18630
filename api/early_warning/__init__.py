"""How a patient is to be scored: the SpO2 scale of NEWS2, and pregnancy."""
