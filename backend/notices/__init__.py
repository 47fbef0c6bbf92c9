"""Telling people: the sentences, the `Notifier` port, and its senders."""
