"""What patients allow, and take back."""
