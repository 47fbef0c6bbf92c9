"""Calling people: over an exchange, led by the voice process, each attempt a row."""
