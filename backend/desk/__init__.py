"""The agents' desk: one page of open emergencies, rendered here, brought up to date by SSE.

Jinja2 renders, htmx swaps, and no build step stands between them.
"""

from backend.desk.routes import install

__all__ = ["install"]
