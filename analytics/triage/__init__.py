"""What must not wait: red flags in what people write, and what to do about them."""
