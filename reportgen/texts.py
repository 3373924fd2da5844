r"""Says which texts may be shown and stored, wherever they come from; knows no format that they go to.

What goes to a page, a PDF, a drawing and a spreadsheet alike may hold any letter and any sign of a language
of markup, because each writer escapes its own. It may not hold what no writer can show as it stands.
"""

import json
import unicodedata

LONGEST_LABEL = 200
"""Characters of a label; the longest that is known has 54."""
LONGEST_TEXT = 5000
"""Characters of any other text."""
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories of characters that control something, are seen as nothing, or turn the direction of writing."""
_ALLOWED = frozenset("\N{SOFT HYPHEN}")
_FORMULA = frozenset("=+-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\uff20")
"""What begins a formula for some spreadsheet, in CSV and where somebody types it in; dashes and `−` don't."""


def find_flaw(text: str, longest: int = LONGEST_TEXT, allowed: str = "") -> str:
    """Return what keeps a text from being published, for a hint; empty where nothing does.

    Such texts become cells of CSV files, so that none may begin as a formula does; and lines of calendars and mails,
    so that a line end must be `allowed`.
    """
    if text[:1] in _FORMULA and text:
        return f'it begins with "{text[0]}", which spreadsheets take for a formula: begin with a letter or a dash (–)'
    return find_unseen(text, longest, allowed)


def find_unseen(text: str, longest: int = LONGEST_TEXT, allowed: str = "") -> str:
    """Return what keeps a text from being shown as it stands: its length, or a character that nobody sees."""
    if len(text) > longest:
        return f"it has {len(text)} characters: write at most {longest}"
    unseen = next((character for character in text if _is_unseen(character) and character not in allowed), "")
    return f"it has the character U+{ord(unseen):04X}, which nobody sees: remove it" if unseen else ""


def make_visible(text: str) -> str:
    r"""Write what nobody would see, or what could steer a terminal, as JSON does; line ends and tabs stay.

    >>> make_visible("a\x1b[31m\u202eb")
    'a\\u001b[31m\\u202eb'
    """
    if text.isprintable():
        return text
    return "".join(
        json.dumps(character)[1:-1] if _is_unseen(character) and character not in "\n\t" else character
        for character in text
    )


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in _ALLOWED
