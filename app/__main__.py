"""`python -m app` is the `hearth` command."""

from app.cli import hearth

hearth()
