"""The catalogue of medicines, who takes what, and which doses were taken."""
