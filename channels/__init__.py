"""How people reach Anban, one package each, both directions."""
