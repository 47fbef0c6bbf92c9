"""The WeChat official account: the door WeChat pushes to, its API, and the sender of notices."""
