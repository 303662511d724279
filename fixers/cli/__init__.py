"""The command line."""

from modulint.fixers.cli.main import main

__all__ = ["main"]
