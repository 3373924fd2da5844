"""What the columns, codes, units and statuses of the data files are called, in one language or in each."""

from collections import Counter
from collections.abc import Mapping, Sequence

from reportgen.dataset import Code
from reportgen.tables import stubhead
from reportgen.wording import Wording

OBSERVATION_STATUSES = ("corrected", "implied-zero")
INDICATOR_STATUSES = ("missing-month", "not-yet", "zero-base", "small-base", "not-reached")


def message_in_each(spoken: Sequence[Wording], key: str) -> dict[str, str]:
    """Return a message in each language, by the language's code: `{"nb": "Måned", "en": "Month"}`."""
    return {words.language.code: words.say(key) for words in spoken}


def code_labels(words: Wording, dimension: str) -> Mapping[str, str]:
    """Return the label of each code, by its identifier."""
    return {code.id: words.label(dimension, code.id) for code in words.definition.code_list(dimension).codes}


def distinct_labels(words: Wording, dimension: str) -> Mapping[str, str]:
    """Return the label of each code, with more where codes share one: `Oppfølging (tiltaksgruppe)`.

    That is its level, or what it is part of where the level doesn't tell them apart either.
    For formats and programs that know a code by its label.
    """
    code_list = words.definition.code_list(dimension)
    labels = code_labels(words, dimension)
    shared = Counter(label.casefold() for label in labels.values())
    levelled = Counter((labels[code.id].casefold(), code.level) for code in code_list.codes)

    def told(code: Code) -> str:
        label = labels[code.id]
        if shared[label.casefold()] == 1:
            return label
        distinct = levelled[label.casefold(), code.level] == 1
        what = words.language.inline(stubhead(words, dimension, code.level) if distinct else labels[code.parent])
        return words.say("data.label-with-more", label=label, more=what)

    return {code.id: told(code) for code in code_list.codes}
