"""Who cares for a patient, emergencies, and who saw their data."""
