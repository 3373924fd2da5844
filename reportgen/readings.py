"""Tells what a chart says at each of its points: of what and which month, and on the next line the figures.

Whole texts in one language; where a point stands is for `charts`.
"""

from dataclasses import dataclass

from reportgen.dataset import Codes
from reportgen.findings import direction, size
from reportgen.indicators import JULY, Indicator
from reportgen.period import Period
from reportgen.wording import Wording

_LEVELS = {1: "point-rise", -1: "point-fall", 0: "point-unchanged"}
_CONTRIBUTIONS = {
    "rise": "point-contribution-rise",
    "fall": "point-contribution-fall",
    "unchanged": "point-contribution-unchanged",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """One part of a chart: its name, empty for the only one, and its codes."""

    words: Wording
    name: str
    codes: Codes

    def level(self, period: Period, earlier: Period) -> str:
        """Tell a month's number of persons, and how many more than in an earlier month if that is known."""
        words, dataset = self.words, self.words.facts.dataset
        level = dataset.value(period, self.codes)
        if earlier not in dataset.periods or earlier == period:
            return self._say("point-level", period, level=words.number(level), n=level)
        change = level - dataset.value(earlier, self.codes)
        return self._say(
            _LEVELS[(change > 0) - (change < 0)],
            period,
            level=words.number(level),
            change=words.number(abs(change)),
            earlier=words.month(earlier),
            n=level,
        )

    def two_levels(self, earlier: Period) -> str:
        """Tell the month's number of persons beside an earlier one's, if that is known."""
        words, dataset = self.words, self.words.facts.dataset
        if earlier not in dataset.periods:
            return self.level(words.facts.month, earlier)
        before, month = words.persons(self.codes, earlier), words.month(earlier)
        level = dataset.value(words.facts.month, self.codes)
        return self._say(
            "point-two-levels", words.facts.month, level=words.number(level), before=before, earlier=month, n=level
        )

    def compared(self, name: str) -> str:
        """Tell one of the indicators that are drawn around 0: `contribution` or `july-dip`."""
        return {"contribution": self._contribution, "july-dip": self._dip}[name]()

    def index(self, period: Period) -> str:
        """Tell a month's index and the persons behind it."""
        index = self.words.facts.indicators.get("index", self.codes, period)
        if index.value is None:
            return self._missing(index, period)
        level = self.words.facts.dataset.value(period, self.codes)
        return self._say("point-index", period, index=self.words.figure(index), level=self.words.number(level), n=level)

    def share(self) -> str:
        """Tell the published share and the two numbers that it is made of."""
        words, rules = self.words, self.words.definition.share
        share, month = self._indicator("share"), words.facts.month
        if share.value is None:
            return self._missing(share, month)
        place = words.facts.dataset.dimensions.index(rules.dimension)
        whole = words.facts.dataset.value(month, self.codes)
        return self._say(
            "point-share",
            month,
            word=words.say("table.share"),
            share=words.figure(share),
            part=words.persons((*self.codes[:place], rules.code, *self.codes[place + 1 :])),
            whole=words.number(whole),
            n=whole,
        )

    def _contribution(self) -> str:
        """Tell how many percentage points of the total's change, and how many persons more or fewer, the part has."""
        words, contribution, change = self.words, self._indicator("contribution"), self._indicator("change")
        if contribution.value is None:
            return self._missing(contribution, words.facts.month)
        return self._say(
            _CONTRIBUTIONS[direction(change)],
            words.facts.month,
            points=words.figure(contribution),
            change=words.number(size(change).value),
            earlier=words.month(words.facts.month.shift(-1)),
        )

    def _dip(self) -> str:
        """Tell the July dip, and the July fall if it is shown."""
        july, figure = Period(self.words.facts.month.year, JULY), self.words.figure
        dip, fall = self._indicator("july-dip"), self._indicator("july-fall")
        if dip.value is None:
            return self._missing(dip, july)
        if fall.value is None:
            return self._say("point-dip-alone", july, dip=figure(dip))
        return self._say("point-dip", july, dip=figure(dip), fall=figure(fall))

    def _indicator(self, name: str) -> Indicator:
        return self.words.facts.indicators.get(name, self.codes)

    def _missing(self, figure: Indicator, period: Period) -> str:
        return self._say("point-missing", period, reason=self.words.reason("symbol", figure))

    def _say(self, key: str, period: Period, **values: object) -> str:
        language = self.words.language
        month = language.month(period)
        return self.words.say(key, about=f"{self.name}, {month}" if self.name else language.capital(month), **values)
