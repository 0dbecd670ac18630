"""FHIR R4, the words of others' software: rows of the database as its resources."""
