"""A package that hands on the functions of one of its files."""
from .ops import apply_rot, squash
