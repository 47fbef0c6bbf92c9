"""Telegram: the door it pushes to, and the sender of notices. Off unless a bot's token is set."""
