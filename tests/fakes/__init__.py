"""Stand-ins for services outside, on loopback, with their real wire formats."""
