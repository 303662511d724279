"""Hands the model on."""
from .net import Net

__all__ = ["Net"]
