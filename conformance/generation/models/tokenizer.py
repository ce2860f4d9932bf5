"""A tokenizer of our own: byte-level BPE with 512 tokens, no text of anybody in it."""

from pathlib import Path

SPECIAL = ("<pad>", "<bos>", "<eos>")
SIZE = 512
_FREQUENT = "etaoinsrhldcumfp"
"""Letters by how frequent they are in English: each pair of them is a token."""


def save_tokenizer(folder: Path) -> None:
    """Write the files of the tokenizer into a folder."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    single = [*SPECIAL, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    pairs = [(a, b) for a in _FREQUENT for b in _FREQUENT][: SIZE - len(single)]
    names = [*single, *(a + b for a, b in pairs)]
    tokenizer = Tokenizer(BPE(vocab={name: i for i, name in enumerate(names)}, merges=pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    pad, begin, end = SPECIAL
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=pad, bos_token=begin, eos_token=end
    ).save_pretrained(folder)
