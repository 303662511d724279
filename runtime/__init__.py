"""Runs models: the only part of modulint that imports torch and the user's code."""
