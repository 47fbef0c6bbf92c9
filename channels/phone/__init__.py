"""The telephone: the call-leg contract and the wire protocols behind it."""
