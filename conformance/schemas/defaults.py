"""Defaults of arguments: values as texts of Python, whatever way PyTorch spelled them."""

import ast

from conformance.schemas.scanner import Scanner
from conformance.schemas.types import split_type

_ESCAPES = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\f": "\\f",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
}
_WORDS = {"None": "None", "True": "True", "False": "False", "inf": "inf", "nan": "nan"}
_NAMED = {"Mean": "1", "Sum": "2", "contiguous_format": "contiguous_format", "strided": "strided"}
"""Names that torch/csrc/jit/frontend/schema_type_parser.cpp and function_schema_parser.cpp know."""
_FORMATS = ("contiguous_format", "preserve_format", "channels_last", "channels_last_3d")
_LAYOUTS = ("strided", "sparse", "sparse_csr", "_mkldnn", "sparse_csc", "sparse_bsr", "sparse_bsc")
_SCALAR_TYPES = {
    "byte": 0,
    "uint8": 0,
    "char": 1,
    "int8": 1,
    "short": 2,
    "int16": 2,
    "int": 3,
    "int32": 3,
    "long": 4,
    "int64": 4,
    "half": 5,
    "float16": 5,
    "float": 6,
    "float32": 6,
    "double": 7,
    "float64": 7,
    "cfloat": 9,
    "complex64": 9,
    "cdouble": 10,
    "complex128": 10,
    "bool": 11,
    "bfloat16": 15,
}


def read_default(scanner: Scanner, type_: str) -> str:
    """The text of a default that stands behind ``=``, for an argument of this type."""
    innermost, suffixes = split_type(type_)
    optional = bool(suffixes) and suffixes[-1] == "?"
    if optional and innermost == "float":
        innermost = "Scalar"  # torch keeps 1 as an int here, and makes it 1.0 for `float`
    listed = [suffix for suffix in suffixes if suffix != "?"]
    if scanner.accept("["):
        values: list[str] = []
        while not scanner.accept("]"):
            if values:
                scanner.expect(",")
            values.append(_value(scanner, innermost))
        return f"[{', '.join(values)}]"
    value = _value(scanner, innermost)
    length = listed[-1][1:-1] if listed else ""
    if length and not optional and value != "None":
        return f"[{', '.join([value] * int(length))}]"  # one number stands for all of them
    return value


def _value(scanner: Scanner, type_: str) -> str:
    if scanner.kind == "string":
        return _string(scanner)
    sign = "-" if scanner.accept("-") else ""
    if not sign:
        scanner.accept("+")
    if scanner.kind == "number":
        return _number(scanner, type_, sign)
    word = scanner.word("a default")
    if sign and word not in ("inf", "nan"):
        raise scanner.error("a number expected")
    if type_ == "Device":
        return _device(scanner, word)
    if word in _WORDS:
        return f"{sign}{word}"
    if type_ == "ScalarType" and word in _SCALAR_TYPES:
        return str(_SCALAR_TYPES[word])
    named = {**_NAMED, **{each: each for each in _FORMATS + _LAYOUTS}}
    if word not in named:
        raise scanner.error(f"{word!r} is no default; a value expected before this")
    return _numbered(named[word], type_)


def _string(scanner: Scanner) -> str:
    token = scanner.token
    try:
        value = ast.literal_eval(token)
    except (ValueError, SyntaxError):
        raise scanner.error("a string of C or Python expected") from None
    scanner.take()
    return quoted(value)


def quoted(value: str) -> str:
    """A string in double quotes, with escapes that C and Python share."""
    return '"' + "".join(_escaped(letter) for letter in value) + '"'


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    return letter if ord(letter) >= 32 and ord(letter) != 127 else f"\\x{ord(letter):02x}"


def _number(scanner: Scanner, type_: str, sign: str) -> str:
    token = sign + scanner.take().replace(" ", "")
    try:
        if token.endswith("j"):
            return repr(complex(token))
        whole = not any(mark in token.lower() for mark in (".", "e")) or "0x" in token.lower()
        if type_ == "complex":
            imaginary = scanner.token if scanner.kind == "number" else ""
            if scanner.accept("+") or imaginary.startswith("-"):
                token += scanner.take().replace(" ", "")
                return repr(complex(token if token[-1] != "j" else f"{token}"))
        if not whole:
            return repr(float(token))
        value = int(token, 0) if "x" in token.lower() else int(token)
    except (ValueError, OverflowError):
        raise scanner.error(f"a number expected before this, not {token!r}") from None
    if type_ == "float" and abs(value) < 1 << 53:
        return repr(float(value))
    return _numbered(str(value), type_)


def _device(scanner: Scanner, word: str) -> str:
    if word == "None":
        return word
    if scanner.accept(":"):
        word += f":{scanner.take()}"
    return quoted(word)


def _numbered(text: str, type_: str) -> str:
    """A layout or memory format by its name; that of another type by its number."""
    for kind, names in (("MemoryFormat", _FORMATS), ("Layout", _LAYOUTS)):
        if text.isdigit() and type_ == kind and int(text) < len(names):
            return names[int(text)]
        if text in names and type_ != kind:
            return str(names.index(text))
    return text


def number_of(text: str) -> str:
    """A default as the dispatcher holds it: the number of a format or layout, else the text."""
    return _numbered(text, "int")
