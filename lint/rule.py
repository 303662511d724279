"""What a rule is: a frozen declaration beside the function that looks for it.

Every module in ``modulint.lint.rules`` holds one rule: a ``RULE`` and a ``check`` function. Adding a file there adds
the rule; no list has to be edited. The examples are the rule's tests, its page and its ``explain`` text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FixKind = Literal["safe", "unsafe", "none"]
Target = Literal["aimet", "brevitas", "fx", "jit", "export", "onnx"]
Judgement = Literal["", "operation", "reuse", "loop", "construction"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A guideline: its code, how it is named, why it stands, and examples that break and keep it.

    ``fix`` is the best that ``check --fix`` can do for it: a safe fix where its conditions hold, only an unsafe one,
    or none; ``no_fix`` then says in one line what the user can do instead.
    ``fixed`` tells what there is to know of the code that a fix leaves. ``bad`` and ``good`` are whole files; each
    ``bad`` file gives at least one finding of this rule, no ``good`` file gives any. ``targets`` are the tools that
    stumble over it. ``default`` is false for a rule that runs only when it is selected. ``evidence`` says by what a
    recorded forward pass judges a finding: by the torch operation that its call or operator ran; by the module that it
    called, run again elsewhere ("reuse") or right there ("loop"); by the construction that it made; "" where a pass says
    nothing. ``shapes`` is true for a rule that asks for the shapes of tensors, which are followed through calls for its
    sake. ``settles`` is true for a rule whose fix settles what other rules find at the same place as well: theirs is not
    made then.
    """

    code: str
    name: str
    summary: str
    why: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    targets: tuple[Target, ...]
    fix: FixKind = "none"
    no_fix: str = ""
    fixed: str = ""
    default: bool = True
    source: str = ""
    evidence: Judgement = ""
    shapes: bool = False
    settles: bool = False
