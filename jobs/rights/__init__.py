"""What people may ask for of their own data: everything of theirs, and its erasure."""
