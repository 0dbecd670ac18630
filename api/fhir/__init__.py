"""FHIR R4 (`/fhir/R4/`): what others' software reads and writes, in its own words."""
