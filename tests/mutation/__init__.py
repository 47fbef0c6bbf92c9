"""Broken input at every door of a call: no crash, no call left open (``make mutation``)."""
