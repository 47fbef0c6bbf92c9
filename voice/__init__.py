"""Hearing and speaking: recognition, synthesis, turn taking, and one call from ring to hang-up."""
