"""The command that wires Anban's rooms together. Only this package reads the environment."""
