"""Reads the source of PyTorch models and says what stands in the way of quantizers, tracers and exporters."""

from __future__ import annotations


def version() -> str:
    """The version of the installed distribution; ``unknown`` where it runs without being installed."""
    from importlib import metadata  # takes longer than the rest of the start: only for those who ask

    try:
        return metadata.version("modulint")
    except metadata.PackageNotFoundError:
        return "unknown"
