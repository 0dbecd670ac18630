"""The engine: readings in, alarms out. Only the worker does I/O."""
