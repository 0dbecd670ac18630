"""Makes a bare machine ready, with the standard library only: nothing else is installed yet."""
