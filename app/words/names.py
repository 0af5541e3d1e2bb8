"""Check the name under which a word is taught, in any script."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app.parameters import normalized

MAX_LETTERS = 64
OTHERS = frozenset(" '\N{RIGHT SINGLE QUOTATION MARK}-\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
RESERVED = "export"  # GET /words/export is the address of something else


def checked_word(text: str) -> str:
    """Return a word as it is kept and compared.

    Raises:
        PydanticCustomError: it can't be a word.
    """
    word = normalized(text)
    categories = {unicodedata.category(letter)[0] for letter in word if letter not in OTHERS}
    if word == RESERVED:
        raise PydanticCustomError("reserved", "must be another word, because {word} is an address", {"word": word})
    if not 1 <= len(word) <= MAX_LETTERS or "L" not in categories or not categories <= set("LMN"):
        sentence = "must be a word of 1 to {most} letters; digits, spaces, apostrophes and hyphens may be among them"
        raise PydanticCustomError("word", sentence, {"most": MAX_LETTERS})
    return word


WordName = Annotated[str, AfterValidator(checked_word)]
