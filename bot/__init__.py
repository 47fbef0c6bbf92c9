"""The mind: understanding, Rasa components, and the one door that every channel uses."""
