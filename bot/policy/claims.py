"""Whether a question asks for what somebody may have, or for a thing."""

from __future__ import annotations

from bot.policy import speech

_SAID = speech.patterns("claims")
MAY = _SAID["may"]
SOMEBODY = _SAID["somebody"]
CLAIMS = _SAID["claims"]
"""What is asked of somebody who was spoken of before."""
CLEAR = _SAID["clear"]
"""Somebody asks for what they may have, and for nothing else."""
QUALIFIES = _SAID["qualifies"]
"""Somebody asks whether they qualify, whatever for."""
NO_CLAIM = _SAID["no_claim"]
"""When something comes, or whether there is more of it, is no claim to it."""
OF_A_THING = _SAID["of_a_thing"]
"""What somebody asks who wants to know a thing, and not whether they may have it."""
OR_NOT = _SAID["or_not"]
AGE_LIMIT = _SAID["age_limit"]
"""Who asks from what age on something is given asks for the rule, and not whether they fit it."""
