"""The rules of the house: pure functions and values, no I/O, the clock always passed in.

Commands are imperatives and raise `anban.errors` when they cannot be obeyed; events are past
participles and say what happened.
"""
