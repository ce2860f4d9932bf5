"""What vLLM says about settings that it does not know, or that have no effect."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

#: Things that hold for every engine on a CPU, and are no news.
_USUAL = (
    "Chat template warmup",
    "LD_PRELOAD",
    "Passing raw prompts",
    "Reset SSM cache type",
    "The global random seed",
    "Triton is not installed",
    "VLLM_DIST_IDENT",  # vLLM sets it itself
    "set_num_threads",
    "tokenizer",
)
#: What vLLM does not call a warning, although it ignores what it was asked for.
_IGNORED = ("Cannot use", "is not supported", "unknown vLLM environment variable")


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        tells = record.levelno >= logging.WARNING or any(each in text for each in _IGNORED)
        if tells and not any(each in text for each in _USUAL):
            self.texts.append(" ".join(text.split()))


@contextmanager
def remarks(*names: str) -> Iterator[list[str]]:
    """While open, a list to which distinct warnings of vLLM, or of these loggers, are added."""
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in names or ("vllm",)]
    for logger in loggers:
        logger.addHandler(collector)
    found: list[str] = []
    try:
        yield found
    finally:
        for logger in loggers:
            logger.removeHandler(collector)
        found += dict.fromkeys(collector.texts)
