"""What people may ask for of their own data: all of it, or its erasure; how long it is kept."""
