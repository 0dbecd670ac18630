"""Alarm rules: what holds for whom and why, every version, and what another would have done."""
