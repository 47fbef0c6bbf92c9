"""Rasa graph components made of bot/understanding. The only package that imports Rasa."""
