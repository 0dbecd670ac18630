"""The ward board: every patient that the caller may see, with vitals, NEWS2 and alarms."""
