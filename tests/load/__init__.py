"""Many calls at once through a real Asterisk into a whole Anban; ``python -m tests.load``."""
