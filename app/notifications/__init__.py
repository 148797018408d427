"""Telling members things, inside Hearth only: rows of one membership, read by nobody else."""
