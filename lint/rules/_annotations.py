"""What annotations say about containers: shared by the rules on inputs and outputs."""

from __future__ import annotations

import ast

_DICTS = frozenset({"Dict", "dict", "Mapping", "MutableMapping", "OrderedDict", "TypedDict"})


def is_dict(annotation: ast.expr | None) -> bool:
    """Whether an annotation names a dict, also as ``Optional[Dict[...]]`` or ``dict | None``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return is_dict(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return False
    if isinstance(annotation, ast.BinOp):
        return is_dict(annotation.left) or is_dict(annotation.right)
    if isinstance(annotation, ast.Subscript):
        outer = annotation.value
        name = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
        if name in ("Optional", "Union"):
            parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            return any(is_dict(part) for part in parts)
        return name in _DICTS
    name = annotation.attr if isinstance(annotation, ast.Attribute) else getattr(annotation, "id", "")
    return name in _DICTS
