"""Rewrites the source of PyTorch models: one fixer for each rule that can be fixed, and the command line."""
