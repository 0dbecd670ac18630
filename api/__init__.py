"""The HTTP API: accounts, ward, patients, readings, alarms, devices, and live events."""
