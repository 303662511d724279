"""What a layer computes, as one functional call on weights of its own: ``F.linear(input, self.weight, self.bias)``.

That holds for the classes of torch that are named here, and for classes of the tree whose ``forward`` is such a call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from modulint.lint.assignments import Assignment, Function, dotted
from modulint.lint.classes import ClassFacts
from modulint.lint.forward import attribute_value
from modulint.lint.scopes import bindings_of, bound_names, parameters, walk

SELF = "self"


@dataclass(frozen=True, slots=True, eq=False)
class LayerCall:
    """The functional that a layer calls.

    ``call`` has the input for its first argument, what follows are attributes of the layer, which it calls :data:`SELF`, and
    constants. The argument for ``constructed`` is what the layer's constructor got: whoever makes the layer knows its value.
    ``kinds`` says what arguments are, in the words of the op modules. ``classes`` are the names of the layer's class and of
    those above it.
    """

    operation: str
    call: ast.Call
    kinds: Mapping[ast.expr, str]
    classes: frozenset[str]
    constructed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Layer:
    """A class of torch: its function, the parameters of its constructor in their order, and the attributes that the function
    gets behind the input, in words for what they are. ``options`` go by keyword, where the constructor gets them; with what
    ``refuses`` names it computes something else."""

    function: str
    constructor: str
    given: Mapping[str, str]
    options: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    refuses: str = ""


_WEIGHT_AND_BIAS = {"weight": "tensor", "bias": "tensor"}
_LAYERS: Mapping[str, _Layer] = {
    "torch.nn.Linear": _Layer("linear", "in_features out_features bias", _WEIGHT_AND_BIAS),
    **{
        f"torch.nn.Conv{rank}d": _Layer(
            f"conv{rank}d",
            "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode",
            _WEIGHT_AND_BIAS,
            {"stride": "numbers", "padding": "", "dilation": "numbers", "groups": "int"},
            {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros"},
            "padding_mode",
        )
        for rank in (1, 2, 3)
    },
    "torch.nn.Embedding": _Layer(
        "embedding",
        "num_embeddings embedding_dim padding_idx max_norm norm_type scale_grad_by_freq sparse _weight _freeze",
        {"weight": "tensor"},
        {"padding_idx": "int", "scale_grad_by_freq": "bool", "sparse": "bool"},
        {"padding_idx": None, "max_norm": None, "scale_grad_by_freq": False, "sparse": False},
        "max_norm",  # rows are scaled in place
    ),
    "torch.nn.LayerNorm": _Layer(
        "layer_norm",
        "normalized_shape eps elementwise_affine bias",
        {"normalized_shape": "numbers", **_WEIGHT_AND_BIAS},
        {"eps": "float"},
    ),
    "torch.nn.GroupNorm": _Layer(
        "group_norm", "num_groups num_channels eps affine", {"num_groups": "int", **_WEIGHT_AND_BIAS}, {"eps": "float"}
    ),
    "torch.nn.PReLU": _Layer("prelu", "num_parameters init", {"weight": "tensor"}),
}
_FUNCTIONS = frozenset(f"torch.nn.functional.{layer.function}" for layer in _LAYERS.values())
_WRAPS = re.compile(r"_hook|spectral_norm|weight_norm|parametriz")
_NEUTRAL = frozenset({"device", "dtype"})
_SHAPES = (ast.BinOp, ast.UnaryOp, ast.Tuple, ast.List)


def layer_call(owner: ClassFacts, assignment: Assignment) -> LayerCall | str | None:
    """What the layer computes that a statement of ``owner`` makes; in one line why that cannot be said; None for no layer."""
    value, method = assignment.value, assignment.method
    name = dotted(value.func) if isinstance(value, ast.Call) else ""
    if not isinstance(value, ast.Call) or method is None or name.partition(".")[0] in bound_names(method):
        return None
    reference = owner.resolve(name)
    if reference.kind == "external" and reference.name in _LAYERS:
        return _of_torch(owner, reference.name, value, method)
    facts = owner.index.get(reference) if reference.kind == "class" else None
    return _of_class(facts) if facts is not None else None


def _of_torch(owner: ClassFacts, name: str, made: ast.Call, method: Function) -> LayerCall | str:
    layer = _LAYERS[name]
    given = dict(_arguments(layer, made, method))
    if "" in given:
        return "its arguments are unpacked with a star"
    for refused in layer.refuses.split():
        if not _is_default(layer, refused, given):
            return f"no op module does what `{refused}` asks for"
    names = [ast.Attribute(ast.Name(SELF), attribute) for attribute in layer.given]
    kinds: dict[ast.expr, str] = dict(zip(names, layer.given.values()))
    keywords: list[ast.keyword] = []
    constructed: set[str] = set()
    set_elsewhere = owner.index.tree.summary.stored
    for option, kind in layer.options.items():
        if _is_default(layer, option, given) and option not in set_elsewhere:
            continue
        node: ast.expr = ast.Attribute(ast.Name(SELF), option)
        passed = given.get(option)
        kind = kind or _padding(passed)
        if not kind:
            if option in set_elsewhere or any(isinstance(part, (ast.Call, ast.NamedExpr)) for part in ast.walk(passed or node)):
                return f"it is not shown whether its `{option}` is a name"
            assert passed is not None
            node = passed
            constructed.add(option)
        kinds[node] = kind or "unknown"
        keywords.append(ast.keyword(option, node))
    source = ast.Name("input")
    kinds[source] = "tensor"
    call = ast.Call(ast.Name(layer.function), [source, *names], keywords)
    classes = frozenset({name.rpartition(".")[2]})
    return LayerCall(f"torch.nn.functional.{layer.function}", call, kinds, classes, frozenset(constructed))


def _arguments(layer: _Layer, made: ast.Call, method: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """The constructor's arguments by name, with None for a value that is not shown, and for "" where a name is not."""
    for name, value in zip(layer.constructor.split(), made.args):
        yield "" if isinstance(value, ast.Starred) else name, value
    for keyword in made.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
        else:
            yield from _unpacked(keyword.value, method)


def _unpacked(node: ast.expr, method: Function) -> Iterator[tuple[str, ast.expr | None]]:
    """What ``**dd`` stands for: a dict of the method's own, that says where the layer's tensors are and of which type."""
    bound = bindings_of(method, node.id) if isinstance(node, ast.Name) else []
    names: list[object] = []
    match bound:
        case [ast.Dict(keys=keys)]:
            names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
        case [ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords)]:
            names = [keyword.arg for keyword in keywords]
    parts = (each.value for each in walk(method) if isinstance(each, (ast.Attribute, ast.Subscript)))
    is_plain = bool(names) and _NEUTRAL.issuperset(names) and dotted(node) not in map(dotted, parts)
    yield from ((str(name), None) for name in (names if is_plain else [""]))


def _is_default(layer: _Layer, name: str, given: Mapping[str, ast.expr | None]) -> bool:
    """Whether the constructor gets nothing for a parameter, or spells out its default."""
    if name not in given:
        return True
    value = given[name]
    return isinstance(value, ast.Constant) and name in layer.defaults and repr(value.value) == repr(layer.defaults[name])


def _padding(value: ast.expr | None) -> str:
    """What the padding of a convolution is: numbers or the name of a kind, "" where that is not shown."""
    if value is None or isinstance(value, _SHAPES):
        return "numbers"
    if isinstance(value, ast.Constant):
        return "str" if isinstance(value.value, str) else "numbers"
    return ""


def _of_class(facts: ClassFacts) -> LayerCall | None:
    """The same for a class of the tree whose ``forward`` returns one such call, and does nothing else."""
    found = facts.method("forward")
    if found is None or len(facts.entries) > 1 or not facts.knows_entries or not facts.is_module or facts.unknown_base:
        return None
    owner, forward = found
    if forward.decorator_list or facts.container_base or facts.method("__call__") or _has_more(facts):
        return None
    body = [each for each in forward.body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    match [*parameters(forward)], body:
        case [name, source], [ast.Return(value=ast.Call(args=[ast.Name(id=first), *rest]) as call)] if source == first:
            function = dotted(call.func)
        case _:
            return None
    reference = owner.resolve(function)
    if reference.kind != "external" or reference.name not in _FUNCTIONS or function.partition(".")[0] in (name, source):
        return None
    passed = [_own(facts, value, name) for value in (*rest, *(keyword.value for keyword in call.keywords))]
    arguments = [argument for argument in passed if argument is not None]
    if arguments != passed or any(keyword.arg is None for keyword in call.keywords):
        return None
    kinds = {each: "tensor" for each in arguments if attribute_value(facts, dotted(each).partition(".")[2]).is_tensor}
    keywords = [ast.keyword(keyword.arg, value) for keyword, value in zip(call.keywords, arguments[len(rest) :])]
    inner = ast.Call(call.func, [call.args[0], *arguments[: len(rest)]], keywords)
    above = (each.name.rpartition(".")[2] for each in facts.index.tree.above(facts.reference))
    return LayerCall(reference.name, inner, {**kinds, call.args[0]: "tensor"}, frozenset(above))


def _has_more(facts: ClassFacts) -> bool:
    """Whether something else may run when an instance is called than ``forward``."""
    return any(header.traits for header in facts.family.values()) or any(_WRAPS.search(part.text) for part in facts.mro)


def _own(facts: ClassFacts, value: ast.expr, self_name: str) -> ast.expr | None:
    """A constant, or an attribute that the instance has without computing it; None for any other argument."""
    match value:
        case ast.Constant():
            return value
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == self_name and attribute != "training":
            return ast.Attribute(ast.Name(SELF), attribute) if facts.method(attribute) is None else None
    return None
