"""The outside world, one Protocol per service, with an implementation that works locally."""
