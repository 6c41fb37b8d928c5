"""Texts as token ids, prepared as the model's authors do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.models.catalog import Card, TextInput
from shotlog.models.checkpoints import remedy
from shotlog.schema import ModelMissing, ModelUnreadable, QueryInvalid, make_visible

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TOKENIZER = "tokenizer.json"
_SHOWN = 40
"""Characters of a text in an error."""


class TextTokenizer:
    """The tokenizer of one model.

    It is read from tokenizer.json by the library that wrote it, not by the class of transformers
    that the files name: which one that is changes with the version, and for SigLIP 2 it leaves
    capitals as they are, which its authors do not (huggingface/transformers#43101).

    Args:
        folder: Folder of the model's files.
        card: Card of the model.
        text: Preparation of its texts.
        length: Tokens of the longest text.
        vocabulary: Number of tokens that the network knows.

    Raises:
        ModelMissing: There is no tokenizer.json.
        ModelUnreadable: It is damaged, or of another model.
    """

    def __init__(
        self, folder: Path, card: Card, text: TextInput, length: int, vocabulary: int
    ) -> None:
        self._card, self._text, self._length = card, text, length
        self._tokenizer = _read(folder / TOKENIZER, card)
        size = self._tokenizer.get_vocab_size(with_added_tokens=True)
        if size > vocabulary:
            message = f"its {TOKENIZER} has {size} tokens, its network knows {vocabulary}"
            raise ModelUnreadable(card.name, message, remedy(card))
        self._start = [self._id(text.start)] if text.start else []
        self._end = [self._id(text.end)]
        self._padding = None if text.padding is None else self._id(text.padding)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a query, in the sentence of the card, with start, end and padding.

        Raises:
            QueryInvalid: It is empty, no text, or longer than the model reads.
        """
        shown = make_visible(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
        if not text.strip():
            raise QueryInvalid("text", "there are no words to search by", 'Say: text:"a red car".')
        sentence = self._text.template.replace("{}", text.strip())
        sentence = sentence.lower() if self._text.lowercase else sentence
        try:
            ids = self._tokenizer.encode(sentence, add_special_tokens=False).ids
        except (UnicodeError, TypeError) as error:  # bytes of another encoding on a command line
            raise QueryInvalid(shown, "this is no text in UTF-8", "Write it anew.") from error
        whole = [*self._start, *ids, *self._end]
        if len(whole) > self._length:
            raise QueryInvalid(
                shown,
                f"it has {len(whole)} tokens (words and parts of words), and {self._card.name} "
                f"reads at most {self._length}",
                "Describe the shot in fewer words.",
            )
        if self._padding is None:
            return whole
        return whole + [self._padding] * (self._length - len(whole))

    def _id(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            message = f"its {TOKENIZER} has no token {token}"
            raise ModelUnreadable(self._card.name, message, remedy(self._card))
        return number


def _read(path: Path, card: Card) -> Tokenizer:
    from tokenizers import Tokenizer

    if not path.is_file():
        message = f"there is no {path.name} in {path.parent}"
        raise ModelMissing(card.name, message, remedy(card, "Put it there."))
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises no other
        message = f"{path.name} cannot be read: {error}"
        raise ModelUnreadable(card.name, message, remedy(card)) from error
    # The files may bake in a length; the card's rules are applied instead.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
