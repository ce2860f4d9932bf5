"""The dtypes that a contract may name, as torch calls them."""

INTEGER_BITS = {
    "bool": (0, 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""The least and the largest number of each integer dtype."""

FLOATS = (
    "float64",
    "float32",
    "float16",
    "bfloat16",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e5m2",
    "float8_e5m2fnuz",
    "float8_e8m0fnu",
)

DTYPES = (*FLOATS, *INTEGER_BITS)


def is_integer(dtype: str) -> bool:
    """Whether numbers of the dtype are integers; bool counts as one."""
    return dtype in INTEGER_BITS
