"""Early-warning scores: pure functions over arrays of patients."""
