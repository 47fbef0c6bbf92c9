"""Notices to staff: whatever a workplace reads, by one address (Apprise)."""
