"""Fake patients and devices, over MQTT only; replay of recordings; faults with their truth."""
