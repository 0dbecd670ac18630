"""How many alarms, how many of them for something, and what was missed."""
