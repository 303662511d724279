"""A row of the table of op modules: the signature of one operation, and the class that is written for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Final, TypeAlias, TypeVar

from modulint.lint.operations import PAIR_WITH_DIMENSION, REQUIRED, RESULT_NOT_TENSOR

Form: TypeAlias = "frozenset[str] | None"
"""What an argument may be, in words of ``_ACCEPTS``, as far as the call shows; None where it shows nothing."""

_Given = TypeVar("_Given")
_WIDTH: Final = 100
_NONE: Final = frozenset({"none"})
TENSOR: Final = frozenset({"tensor"})
TENSORS: Final = frozenset({"tensors"})
_ACCEPTS: Final[Mapping[str, frozenset[str]]] = {
    "torch.Tensor": TENSOR,
    "list[torch.Tensor]": TENSORS,
    "int": frozenset({"int"}),
    "float": frozenset({"float"}),
    "int | float": frozenset({"int", "float"}),
    "bool": frozenset({"bool"}),
    "str": frozenset({"str"}),
    "list[int]": frozenset({"numbers"}),
    "list[float]": frozenset({"numbers"}),
    "list[list[int]]": frozenset({"numbers"}),
    "torch.dtype": frozenset({"dtype"}),
    "int | torch.Tensor": frozenset({"int or tensor"}),
    "float | torch.Tensor": frozenset({"float or tensor"}),
    "torch.device": frozenset({"other", "str"}),
    "torch.Generator": frozenset({"other"}),
    "object": frozenset({"other"}),
}
NO_TENSOR: Final = frozenset.union(*_ACCEPTS.values()) - TENSOR - TENSORS | _NONE


@dataclass(frozen=True, slots=True)
class _Choice:
    """One type that a parameter can have. A class for another than the plain one gets the affix into its name."""

    annotation: str
    prefix: str = ""
    suffix: str = ""

    @property
    def several(self) -> bool:
        """Whether it is more than a number."""
        return self.annotation.startswith(("list", "torch.Tensor"))


# TorchScript knows no type for "an int or a list of them", so a class has one or the other: the first that fits the
# call, and the first of all where nothing shows. No annotation changes what runs outside of TorchScript.
_INT, _INTS, _NUMBER, _TENSOR, _STR = map(_Choice, ("int", "list[int]", "int | float", "torch.Tensor", "str"))
_UNIFORM: Final = _Choice("int", suffix="Uniform")
_NAMED: Final = _Choice("str", suffix="Named")
# A number at first, and a tensor later: `total = 0` in front of a loop.
_MIXED: Final = (_Choice("int | torch.Tensor", prefix="Mixed"), _Choice("float | torch.Tensor", prefix="MixedFloat"))
_ALSO_TENSOR: Final = _Choice("torch.Tensor", suffix="Tensor")
WORDS: Final[Mapping[str, tuple[_Choice, ...]]] = {
    "Tensor": (_TENSOR,),
    "Tensors": (_Choice("list[torch.Tensor]"),),
    "Number": (_NUMBER,),
    "Ints": (_INTS,),
    "int": (_INT,),
    "float": (_Choice("float"),),
    "bool": (_Choice("bool"),),
    "str": (_STR,),
    "dtype": (_Choice("torch.dtype"),),
    "device": (_Choice("torch.device"),),
    "Generator": (_Choice("torch.Generator"),),
    # Nothing that TorchScript knows.
    "object": (_Choice("object"),),
    # A dimension or several.
    "Dims": (_INT, _Choice("list[int]", suffix="Dims")),
    # One number for each dimension of space, or one for all of them.
    "Sizes": (_INTS, _UNIFORM),
    "Sections": (_Choice("list[int]", suffix="Sizes"), _INT),
    "Scales": (_Choice("float", suffix="Uniform"), _Choice("list[float]")),
    "Padding": (_INTS, _UNIFORM, _NAMED),
    # With `int | float` on the left of an operator TorchScript makes a number of the tensor on the right.
    "Left": (_TENSOR, _Choice("float", prefix="Float"), _Choice("int", prefix="Int"), *_MIXED),
    "Operand": (_TENSOR, _Choice("int | float", suffix="Scalar"), *_MIXED),
    "Right": (_TENSOR, _Choice("int | float", suffix="Scalar")),
    "First": (_TENSOR, _Choice("int | float", prefix="Scalar")),
    "Limit": (_NUMBER, _ALSO_TENSOR),
    "Fill": (_NUMBER, _Choice("bool", suffix="Bool"), _ALSO_TENSOR),
    "Fraction": (_Choice("float"), _ALSO_TENSOR),
    "Count": (_INT, _ALSO_TENSOR),
    "Axes": (_INT, _Choice("list[list[int]]", suffix="Dims")),
    "Order": (_NUMBER, _NAMED),
}
# These are one number or a list, numbers or tensors, all of a signature alike.
_TOGETHER: Final = frozenset({"Dims", "Sizes", "Scales", "Padding", "Limit"})
# One number or several, an integer or another number: no type of TorchScript's is both.
_GUESSED: Final = frozenset({"Axes", "Dims", "Left", "Padding", "Scales", "Sections", "Sizes"})

# What parameters are where a row says nothing else, by their names.
_BY_NAME: Final[Mapping[str, str]] = {
    name: word
    for word, names in {
        "Tensor": """
        input tensor other weight mat mat1 mat2 vec vec1 vec2 tensor1 tensor2 batch1 batch2 index source src mask
        condition grid x y x1 x2 pos_weight _random_samples target A B LU pivots boundaries sorted_sequence elements real
        imag abs angle input2
        """,
        "Tensor | None": "bias bias_k bias_v running_mean running_var in_proj_weight in_proj_bias out_proj_bias",
        "Tensors": "tensors",
        "int": "dim groups num_groups n k embed_dim_to_check num_heads upscale_factor downscale_factor",
        "float": "p eps momentum dropout_p lower upper threshold value norm_type margin",
        "bool": "train training use_input_stats cudnn_enabled full log_input add_zero_attn",
        "Sizes": "size kernel_size stride padding output_padding dilation output_size",
        "Scales": "scale_factor output_ratio",
        "Number": "alpha beta",
        "Ints": "normalized_shape pad sizes",
        "dtype": "dtype",
        "device": "device",
        "Generator | None": "generator",
        "int | None": "padding_idx divisor_override",
        "float | None": "max_norm scale",
        "bool | None": "align_corners recompute_scale_factor size_average reduce",
    }.items()
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    ``keyword`` says that torch takes it by keyword alone, ``star`` that it stands for all arguments that follow.
    """

    name: str
    word: str
    optional: bool = False
    default: object = REQUIRED
    keyword: bool = False
    star: bool = False

    @property
    def choices(self) -> tuple[_Choice, ...]:
        """The types that the parameter can have. An empty tuple as default leaves it a list."""
        return WORDS[self.word][:1] if self.default == () else WORDS[self.word]

    @property
    def together(self) -> bool:
        """Whether it is one number where the others of its kind are one number, and a list where they are lists."""
        return self.word in _TOGETHER and len(self.choices) > 1

    def fitting(self, form: Form) -> _Choice | None:
        """The first type that an argument of this form can have."""
        if form is None:
            return self.choices[0]
        if form == _NONE:
            return next((choice for choice in self.choices if self._takes_none(choice)), None)
        return next((choice for choice in self.choices if form & _ACCEPTS[choice.annotation]), None)

    def is_guessed(self, form: Form) -> bool:
        """Whether an argument of this form has one of several types, and nothing shows which; or one that the class has not.
        What may be a tensor is one."""
        if self.word == "Ints":
            return form == frozenset({"int"})  # a function of torch takes that as well, the class does not
        if self.word not in _GUESSED or self.word == "Left" and (form is None or "tensor" in form):
            return False
        return sum(form is None or bool(form & _ACCEPTS[choice.annotation]) for choice in self.choices) > 1

    def written(self, choice: _Choice, rank: int) -> str:
        """The parameter in the signature of ``forward``; a default for all of ``rank`` dimensions is repeated."""
        takes_none = self._takes_none(choice)
        annotation = f"{choice.annotation} | None" if takes_none else choice.annotation
        default = self.default
        if isinstance(default, int) and choice.annotation in ("list[int]", "list[float]"):
            default = (default,) * rank
        elif self.word == "Padding" and choice is _NAMED:
            default = "valid"
        elif default is None and not takes_none or not _is_default(default, choice):
            default = REQUIRED
        if default is REQUIRED:
            return f"{self.name}: {annotation}"
        value = f'"{default}"' if isinstance(default, str) else repr(default)
        return f"{self.name}: {annotation} = {value}"

    def _takes_none(self, choice: _Choice) -> bool:
        """TorchScript has no single dimension and no named norm that may be None: None goes with the other choice."""
        return self.optional and not (self.word == "Dims" and choice is _INT) and choice is not _NAMED


@dataclass(frozen=True, slots=True)
class Variant:
    """A class for one choice of types: its name, and what is written into the file."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """One signature of an operation. ``operator`` is the operator's sign for a class that computes with the operator,
    ``in_place`` where that writes into the left operand, ``source`` the class itself where it is more than one call of
    the function.
    """

    name: str
    function: str
    parameters: tuple[Parameter, ...]
    result: str = "torch.Tensor"
    operator: str = ""
    in_place: bool = False
    source: str = ""

    def renamed(self, names: Mapping[str, str]) -> Row:
        """The row with other names for some parameters, and a name that says so."""
        parameters = tuple(replace(p, name=names.get(p.name, p.name)) for p in self.parameters)
        used = [new for old, new in names.items() if any(p.name == old for p in self.parameters)]
        return replace(self, name="".join((self.name, *map(str.capitalize, used))), parameters=parameters, source="")

    def bind(self, positional: Sequence[_Given], keywords: Mapping[str, _Given]) -> dict[str, _Given] | None:
        """A call's arguments, or what is known of them, by parameter; None where the signature does not take the call."""
        places = [parameter for parameter in self.parameters if not parameter.keyword]
        star = next((parameter for parameter in places if parameter.star), None)
        if star is not None:
            before = len(places) - 1
            if len(positional) <= before:
                return None
            places = [*places[:before], *_spread(star, len(positional) - before)]
        if len(positional) > len(places):
            return None
        given = {parameter.name: form for parameter, form in zip(places, positional)}
        takes = {parameter.name for parameter in self.parameters if not parameter.star}
        if not keywords.keys() <= takes - given.keys():
            return None
        given.update(keywords)
        required = {parameter.name for parameter in self.spread(given) if parameter.default is REQUIRED}
        return given if required <= given.keys() else None

    def spread(self, given: Collection[str]) -> tuple[Parameter, ...]:
        """The parameters, a starred one written out for as many arguments as the call has."""
        fixed = {parameter.name for parameter in self.parameters}
        count = sum(name not in fixed for name in given)
        return tuple(
            single
            for parameter in self.parameters
            for single in (_spread(parameter, count) if parameter.star else (parameter,))
        )

    def fits(self, given: Mapping[str, Form]) -> bool:
        """Whether no argument is shown to have a type that the signature does not take."""
        return all(p.fitting(given[p.name]) is not None for p in self.spread(given) if p.name in given)

    @property
    def _rank(self) -> int:
        """The number of dimensions of space."""
        digits = re.findall(r"(\d)d", self.function)
        return int(digits[0]) if digits else 2

    def variant(self, given: Mapping[str, Form], constructed: Collection[str] = ()) -> Variant:
        """The class for a call. It takes the parameters ``constructed`` when it is constructed."""
        parameters = self.spread(given)
        chosen = {parameter.name: _choose(parameter, given) for parameter in parameters}
        together = [parameter for parameter in parameters if parameter.together and parameter.name not in constructed]
        votes = [chosen[parameter.name] for parameter in together if given.get(parameter.name, _NONE) != _NONE]
        if votes:
            several = any(vote.several for vote in votes)
            for parameter in together:
                if chosen[parameter.name] is not _NAMED:
                    chosen[parameter.name] = next(choice for choice in parameter.choices if choice.several == several)
        return self._variant(parameters, chosen, constructed)

    def guessed(self, given: Mapping[str, Form]) -> tuple[str, ...]:
        """The parameters to which the class may give a wrong type, or for whose mixture of types there is no class."""
        if self.source:
            return ()
        parameters = [parameter for parameter in self.spread(given) if given.get(parameter.name, _NONE) != _NONE]
        shown = {p.name: p.fitting(given[p.name]) or p.choices[0] for p in parameters if not p.is_guessed(given[p.name])}
        alike = {p.name: shown[p.name].several for p in parameters if p.together and shown.get(p.name, _NAMED) is not _NAMED}
        numbers = () if len(set(alike.values())) < 2 else [name for name, several in alike.items() if not several]
        return tuple(p.name for p in parameters if p.name not in shown or p.name in numbers)

    def variants(self, count: int = 2) -> Iterator[Variant]:
        """Every class that a call can lead to, a starred parameter taken for ``count`` arguments."""
        parameters = self.spread({f"*{number}": None for number in range(count)})
        seen = set()
        for choices in product(*(parameter.choices for parameter in parameters)):
            together = {
                choice.several
                for parameter, choice in zip(parameters, choices)
                if parameter.together and choice is not _NAMED
            }
            numbers = [c for p, c in zip(parameters, choices) if p.word in ("Left", "Operand") and c is not _TENSOR]
            if len(together) > 1 or (self.operator and len(numbers) == len(parameters)):
                continue
            if not self.operator and any(choice in _MIXED for choice in choices):
                continue
            variant = self._variant(parameters, {p.name: choice for p, choice in zip(parameters, choices)})
            if variant.name not in seen:
                seen.add(variant.name)
                yield variant

    def _variant(
        self, parameters: Sequence[Parameter], chosen: Mapping[str, _Choice], constructed: Collection[str] = ()
    ) -> Variant:
        if self.source:
            return Variant(self.name, self.source)
        stars = sum(parameter.star for parameter in parameters)
        called = [parameter for parameter in parameters if parameter.name not in constructed]
        prefixes = dict.fromkeys(chosen[p.name].prefix if p in called else "Number" * (p.word == "Left") for p in parameters)
        suffixes = dict.fromkeys(chosen[parameter.name].suffix for parameter in called)
        name = "".join((*prefixes, self.name, str(stars or ""), *suffixes))
        signature = ("self", *(parameter.written(chosen[parameter.name], self._rank) for parameter in called))
        result = f" -> {self.result}" if self.result else ""
        values = {p.name: f"self.{p.name}" if p.name in constructed else p.name for p in parameters}
        if self.in_place:
            shown = f" {self.operator}= ".join(values.values())
            value = f"        {shown}\n        return {parameters[0].name}"
        elif self.operator:
            operands = [values[parameter.name] for parameter in parameters]
            shown = value = f" {self.operator} ".join(operands) if len(operands) == 2 else self.operator + operands[0]
            # Both ways compute the same; TorchScript has to know on what.
            tests = [f"isinstance({p.name}, torch.Tensor)" for p in called if chosen[p.name] in _MIXED]
            value = f"{value} if {' and '.join(tests)} else {value}" if tests else value
        else:
            shown, value = self.function, self._body(parameters, values)
        source = (
            f"class {name}(nn.Module):\n"
            f'    """`{shown}` as a module."""\n\n'
            f"{_constructor([p for p in parameters if p.name in constructed])}"
            f"{_bracketed('    def forward(', signature, f'){result}:')}\n"
            f"{value if value.startswith(' ') else f'        return {value}'}\n"
        )
        return Variant(name, source)

    def _body(self, parameters: Sequence[Parameter], values: Mapping[str, str]) -> str:
        arguments = [f"{p.name}={values[p.name]}" if p.keyword else values[p.name] for p in parameters]
        function = self.function.replace("torch.nn.functional.", "F.")
        if function.startswith("torch.Tensor."):
            function = f"{arguments.pop(0)}.{function.removeprefix('torch.Tensor.')}"
        return _bracketed(f"        return {function}(", arguments, ")")


def make_row(name: str, spelling: str, signature: str) -> Row:
    """A row from a signature in words: ``(input, dims: Ints, *, dtype=None)``, perhaps followed by ``-> any``.

    Raises:
        ValueError: it is no signature, or the type of a parameter is not known.
    """
    parameters, result = _read(signature)
    if spelling in RESULT_NOT_TENSOR or (spelling in PAIR_WITH_DIMENSION and any(p.name == "dim" for p in parameters)):
        result = ""
    return Row(name, spelling, parameters, result)


@cache
def _read(signature: str) -> tuple[tuple[Parameter, ...], str]:
    """The parameters of a signature, and the annotation of the result."""
    arguments, arrow, result = signature.partition("->")
    try:
        function = ast.parse(f"def f{arguments.strip()}: ...").body[0]
    except SyntaxError as error:
        raise ValueError(f"`{signature}` is not a signature: {error.msg}") from error
    if not isinstance(function, ast.FunctionDef):
        raise ValueError(f"`{signature}` is not a signature")
    parameters = tuple(_parameters(function.args))
    if not parameters:
        raise ValueError(f"`{signature}` has no parameters")
    if arrow and result.strip() not in ("any", "Tensor", "torch.Tensor"):
        raise ValueError(f"`{result.strip()}` is not a result: write `any`, or nothing for a tensor")
    return parameters, "" if result.strip() == "any" else "torch.Tensor"


def make_parameter(name: str, annotation: str, default: object, keyword: bool = False, star: bool = False) -> Parameter:
    """A parameter whose type is said by ``annotation``, or else shown by its name or default."""
    plain = _word_of(default)
    word = annotation or (plain if plain in ("bool", "float") else _BY_NAME.get(name, plain))
    if not annotation and default is not None and default is not REQUIRED:
        word = word.removesuffix(" | None")
    optional = word.endswith(" | None") or default is None
    word = word.removesuffix(" | None").replace("torch.", "")
    word = word.replace("list[Tensor]", "Tensors").replace("list[int]", "Ints")
    if word not in WORDS:
        known = ", ".join(WORDS)
        raise ValueError(f"the type of `{name}` is not known" if not word else f"`{word}` is not one of {known}")
    return Parameter(name, word, optional, default, keyword, star)


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    if arguments.kwarg is not None or arguments.posonlyargs:
        raise ValueError("a signature has neither `**` nor `/`")
    missing = len(arguments.args) - len(arguments.defaults)
    for position, argument in enumerate(arguments.args):
        yield _parameter(argument, arguments.defaults[position - missing] if position >= missing else None)
    if arguments.vararg is not None:
        yield _parameter(arguments.vararg, None, star=True)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        yield _parameter(argument, default, keyword=True)


def _parameter(argument: ast.arg, default: ast.expr | None, keyword: bool = False, star: bool = False) -> Parameter:
    annotation = "" if argument.annotation is None else ast.unparse(argument.annotation)
    try:
        value = REQUIRED if default is None else ast.literal_eval(default)
    except ValueError as error:
        raise ValueError(f"the default of `{argument.arg}` is not a literal") from error
    return make_parameter(argument.arg, annotation, value, keyword, star)


def _is_default(default: object, choice: _Choice) -> bool:
    """Whether a default is of the chosen type; where it is not, the argument has been given."""
    if default is None or isinstance(default, tuple):
        return True
    shown = {"int", "float"} if type(default) is int else {type(default).__name__}
    return not shown.isdisjoint(_ACCEPTS[choice.annotation])


def _word_of(default: object) -> str:
    return type(default).__name__ if isinstance(default, (bool, int, float, str)) else ""


def _spread(star: Parameter, count: int) -> tuple[Parameter, ...]:
    stem = re.sub("s$", "", star.name)
    return tuple(Parameter(f"{stem}{number}", star.word, star=True) for number in range(count))


def _choose(parameter: Parameter, given: Mapping[str, Form]) -> _Choice:
    if parameter.name in given:
        return parameter.fitting(given[parameter.name]) or parameter.choices[0]
    default = parameter.default
    if default is REQUIRED or isinstance(default, tuple):
        return parameter.choices[0]
    shown = "none" if default is None else type(default).__name__
    return parameter.fitting(frozenset({shown})) or parameter.choices[0]


def _constructor(parameters: Sequence[Parameter]) -> str:
    """An ``__init__`` that keeps these. They have no type: TorchScript takes that of what each instance has."""
    if not parameters:
        return ""
    lines = [f"        self.{parameter.name} = {parameter.name}\n" for parameter in parameters]
    signature = _bracketed("    def __init__(", ("self", *(parameter.name for parameter in parameters)), ") -> None:")
    return f"{signature}\n        super().__init__()\n{''.join(lines)}\n"


def _bracketed(opening: str, items: Sequence[str], closing: str) -> str:
    """A signature or call on as few lines as it fits."""
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) <= _WIDTH:
        return line
    margin = " " * (len(opening) - len(opening.lstrip()))
    inner = f"{margin}    {', '.join(items)}"
    if len(inner) > _WIDTH:
        inner = "\n".join(f"{margin}    {item}," for item in items)
    return f"{opening}\n{inner}\n{margin}{closing}"
