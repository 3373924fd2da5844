"""Tells findings, names and figures in one language; knows neither page nor picture.

Every number in a text passes here once, so that text, table and picture write it alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from reportgen.dataset import TOTAL, Codes
from reportgen.definition import ReportDefinition
from reportgen.findings import Facts, Finding, Name, Number, Value, find
from reportgen.indicators import DECIMALS, Indicator
from reportgen.language import MINUS, Language
from reportgen.period import Period
from reportgen.rules import SentenceRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language, the definition's names, and the facts that are told."""

    language: Language
    definition: ReportDefinition
    facts: Facts

    def label(self, dimension: str, code: str) -> str:
        """Return a category's label from the code list, as it stands alone."""
        return self.definition.code_list(dimension)[code].labels[self.language.code]

    def short(self, dimension: str, code: str) -> str:
        """Return a category's label for a narrow place."""
        return self._override("short", dimension, code) or self.label(dimension, code)

    def name(self, dimension: str, code: str) -> str:
        """Return a category's name inside a sentence."""
        return self._override("name", dimension, code) or self.language.inline(self.label(dimension, code))

    def _override(self, kind: str, dimension: str, code: str) -> str:
        key = f"{kind}.{dimension}.{code}"
        return self.language.message(key) if key in self.language else ""

    def say(self, key: str, **values: object) -> str:
        """Return a message that may name the month, the months before it and the numbers given."""
        return self.language.message(key, **{**self._context(), **values})

    def tell(self, rules: SentenceRules) -> str:
        """Return the sentence for a finding; empty where the definition silences its variant."""
        finding = find(self.facts, rules)
        if finding.variant in rules.silent:
            return ""
        return self.say(f"{rules.message}.{finding.variant}", **self.values(finding))

    def values(self, finding: Finding) -> dict[str, object]:
        """Return a finding's values as texts, by placeholder.

        A name or month has a twin with a capital letter for the beginning of a sentence (`first`, `First`),
        a month another one that always names its year (`previous`, `previous_year`), a small count one in words
        (`n`, `n_words`, `N_words`).
        """
        texts: dict[str, object] = {}
        for key, value in finding.values.items():
            texts |= self._value(key, value)
        return texts

    def _value(self, key: str, value: Value) -> Mapping[str, object]:
        match value:
            case Number():
                return {key: self.number(value.value, value.unit)}
            case Name():
                name = self.name(value.dimension, value.code)
                return {key: name, key.capitalize(): self.language.capital(name)}
            case Period():
                short, full = self.month(value), self.language.month(value)
                capital = self.language.capital
                twins = {key.capitalize(): capital(short), f"{key.capitalize()}_year": capital(full)}
                return {key: short, f"{key}_year": full, **twins}
            case int():
                return {key: value, **self._spelt_out(key, value)}
            case _:
                return {key: value}

    def _spelt_out(self, key: str, count: int) -> Mapping[str, object]:
        """Return a count in words where the language has one for it (`n_words`, `N_words`), else in digits."""
        spelt = f"count.{count}"
        text = self.language.message(spelt) if spelt in self.language else self.language.number(count)
        return {f"{key}_words": text, f"{key.capitalize()}_words": self.language.capital(text)}

    def _context(self) -> dict[str, object]:
        """Return what every message may name: the month, the one before, the year's first, and the span so far."""
        month, first = self.facts.month, self.facts.dataset.periods[0]
        months = Finding(variant="", values={"month": month, "previous": month.shift(-1), "first": first})
        texts = self.values(months)
        span = self.language.message("span.one" if first == month else "span.several", **texts)
        return {**texts, "span": span, "small_base": str(self.definition.report.small_base)}

    def month(self, period: Period) -> str:
        """Write a month, with its year only where it differs from the report's."""
        in_same_year = period.year == self.facts.month.year
        return self.language.month_name(period) if in_same_year else self.language.month(period)

    def number(self, value: Fraction | int, unit: str = "persons") -> str:
        """Write a number, already rounded, with its unit's decimals and without its unit."""
        return self.language.number(value, DECIMALS[unit])

    def persons(self, codes: Codes, period: Period | None = None) -> str:
        """Write the number of persons, in the report's month unless another is named."""
        return self.number(self.facts.level(codes, period).value)

    def figure(self, figure: Indicator) -> str:
        """Write an indicator as it stands in a table or picture: with `%` where it is in per cent, or its symbol."""
        if figure.shown is None:
            return self.language.message(f"sign.{figure.status}")
        text = self.number(figure.shown, figure.unit)
        return self.language.message("percent", number=text) if figure.unit == "percent" else text

    def about(self, codes: Codes) -> str:
        """Return what a figure is about: the labels of its codes, or that of the total."""
        lists = self.definition.code_lists
        labels = [self.label(known.dimension, code) for known, code in zip(lists, codes, strict=True) if code != TOTAL]
        return ", ".join(labels) or self.label(lists[0].dimension, TOTAL)

    def formula(self, figure: Indicator) -> str:
        """Write a computed figure's formula with its result, in the language's notation.

        `100 × (23 052 − 21 689) ÷ 21 689 = 6,3 %`; the result is rounded, the numbers are not.
        """
        signs = str.maketrans({"*": "×", "/": "÷", "-": MINUS})
        formula = re.sub(r"\d+", lambda match: self.number(int(match[0])), figure.formula.translate(signs))
        shown = figure.shown or Fraction(0)
        number = self.number(shown, figure.unit)
        result = self.language.message(f"result.{figure.unit}", number=number, n=int(abs(shown)))
        return f"{formula} = {result}"

    def reason(self, kind: str, figure: Indicator) -> str:
        """Say why there is no figure: `kind` is `symbol` for a legend, `reason` for a whole sentence."""
        missing = {"missing": figure.missing} if figure.missing else {}
        return self.say(f"{kind}.{figure.status}", **self.values(Finding(variant="", values=missing)))
