"""How fast Hearth is, beside the bare limit, measured in one run: `make bench` writes docs/speed.md."""
