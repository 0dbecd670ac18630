"""What devices are told: commands with their answers, and configurations."""
