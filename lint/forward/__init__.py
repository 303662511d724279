"""The forward path of a module class, walked once in the order in which it runs.

The walk follows ``forward`` into methods, properties, nested functions, ``super()`` and plain functions of the tree, keeps
the two sides of a branch apart, and notes every call and operator that a rule may care about, with what may already have
run before it. No code is run.
"""

from modulint.lint.forward.attributes import assigned_value, attribute_value, constructed_value
from modulint.lint.forward.parameters import default_of
from modulint.lint.forward.path import ForwardPath
from modulint.lint.forward.steps import (
    SIGNS,
    Axis,
    Factors,
    Fraction,
    HelperCall,
    OperatorStep,
    PaddedSize,
    Padding,
    Reshape,
    Result,
    Run,
    Sharing,
    Site,
    Slicing,
    Step,
    ToMultiples,
)

__all__ = [
    "SIGNS",
    "Axis",
    "Factors",
    "Fraction",
    "ForwardPath",
    "HelperCall",
    "OperatorStep",
    "PaddedSize",
    "Padding",
    "Reshape",
    "Result",
    "Run",
    "Sharing",
    "Site",
    "Slicing",
    "Step",
    "ToMultiples",
    "assigned_value",
    "attribute_value",
    "constructed_value",
    "default_of",
]
