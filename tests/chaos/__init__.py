"""Cries for help while everything that can die is killed: ``make chaos``."""
