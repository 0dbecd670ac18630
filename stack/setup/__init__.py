"""Makes a bare machine ready. Uses the standard library only: it runs before anything is installed."""
