"""Who is called when an alarm is not answered."""
