"""Chat in a browser: a plain page at / and the door /v1/chat."""
