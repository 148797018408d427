"""The front door: what this is, help now, how it works, and whether the house stands."""
