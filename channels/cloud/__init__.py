"""How call centres in the cloud reach us at the level of text: they hear and speak, we answer."""
