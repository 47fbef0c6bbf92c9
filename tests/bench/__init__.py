"""``make bench``: speed and memory of a whole Anban, measured from outside; not a test."""
