"""The service API: REST over the services, problems told in plain Chinese."""

from backend.api.app import create_app
from backend.api.surroundings import Surroundings, require_token

__all__ = ["Surroundings", "create_app", "require_token"]
