"""Composes one report in one language: the news, key figures, sections with figures and tables. Knows no HTML."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reportgen.dataset import TOTAL
from reportgen.downloads import Shelf
from reportgen.figures import Picture
from reportgen.findings import KEY_FIGURE_FINDINGS, find
from reportgen.indicators import Indicator
from reportgen.language import Language
from reportgen.report import (
    Computation,
    CorrectionNote,
    Direction,
    DraftMark,
    Fact,
    Figure,
    Foreign,
    KeyFigure,
    Link,
    Report,
    RichText,
    Section,
    Source,
)
from reportgen.rules import KeyFigureRules, SectionRules, SentenceRules, TableRules
from reportgen.tables import DisplayTable, tabulate_indicators, tabulate_levels
from reportgen.trail import trace_indicator
from reportgen.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class _Composer:
    """What the parts of one report have in common: the words, and the numbers of figures and tables."""

    words: Wording
    pictures: Mapping[str, Picture]
    tables: Mapping[str, DisplayTable]
    """By their anchors, in the order of the report."""
    shelf: Shelf
    figure_numbers: Mapping[str, int]

    def link(self, name: str) -> Link:
        """Return the reference to a figure by its id, or to a table by its anchor."""
        if name in self.figure_numbers:
            return self._reference("figure-reference", self.figure_numbers[name], f"figure-{name}")
        return self._reference("table-reference", list(self.tables).index(name) + 1, name)

    def _reference(self, message: str, number: int, target: str) -> Link:
        return Link(text=self.words.say(message, number=str(number)), target=target)

    def paragraph(self, sentences: Sequence[SentenceRules]) -> RichText:
        """Return the sentences that say something, one after the other."""
        told = [text for text in map(self.sentence, sentences) if text]
        return tuple(piece for place, text in enumerate(told) for piece in ((" ", *text) if place else text))

    def sentence(self, rules: SentenceRules) -> RichText:
        """Return a sentence and where to see more; empty where it says nothing."""
        text = self.words.tell(rules)
        if not text or not rules.see:
            return (text,) if text else ()
        *most, last = (self.link(name) for name in rules.see)
        joined: list[str | Link] = []
        for link in most:
            joined += [link, ", "]
        enumeration = self.words.language.pieces("list", most=tuple(joined[:-1]), last=last) if most else (last,)
        pieces = self.words.language.pieces("see", targets=tuple(_flat(enumeration)))
        return (f"{text} ", *_flat(pieces))

    def figure(self, name: str) -> Figure:
        """Return a figure with its words and files."""
        words, picture = self.words, self.pictures[name]
        return Figure(
            id=f"figure-{name}",
            label=words.say("figure-label", number=str(self.figure_numbers[name])),
            title=picture.title,
            subtitle=picture.subtitle,
            alt=picture.alt,
            source_note=words.say("source-note"),
            svg=picture.svg,
            svg_narrow=picture.svg_narrow,
            points=picture.points,
            points_narrow=picture.points_narrow,
            missing=picture.drawing.missing,
            data=picture.drawing.data,
            downloads=self.shelf.of_figure(name),
        )

    def section(self, rules: SectionRules, main_figure: str) -> Section:
        """Return a section with what stands below it; the main figure stands elsewhere."""
        texts = map(self.paragraph, rules.paragraphs)
        anchors = [anchor for name in rules.tables for anchor, _ in _anchors(self.words, name)]
        return Section(
            id=f"section-{rules.id}",
            heading=self.words.say(f"section.{rules.id}"),
            paragraphs=tuple(text for text in texts if text),
            figures=tuple(self.figure(name) for name in rules.figures if name != main_figure),
            tables=tuple(self.tables[anchor] for anchor in anchors),
            table_files={anchor: self.shelf.of_table(self.tables[anchor]) for anchor in anchors},
            terms=tuple(
                Fact(term=self.words.say(f"term.{name}.name"), text=(self.words.say(f"term.{name}.text"),))
                for name in rules.terms
            ),
            computations=self.computations([sentence for texts in rules.paragraphs for sentence in texts]),
        )

    def computations(self, sentences: Sequence[SentenceRules]) -> tuple[Computation, ...]:
        """Return how the figures that these sentences tell were computed, each once."""
        facts = self.words.facts
        findings = [(find(facts, sentence), sentence.silent) for sentence in sentences]
        told = dict.fromkeys(
            figure for finding, silent in findings if finding.variant not in silent for figure in finding.figures
        )
        return tuple(self._computation(figure) for figure in told if figure.value is not None)

    def _computation(self, figure: Indicator) -> Computation:
        words = self.words
        sources = tuple(
            Source(
                number=words.number(operand.value),
                about=f"{words.about(operand.codes)}, {words.language.month(operand.period)}",
                cells=", ".join(map(str, operand.cells)),
            )
            for operand in trace_indicator(words.facts.dataset, figure).operands
        )
        label = words.say("computation", label=words.say(f"indicator.{figure.name}"), about=words.about(figure.codes))
        return Computation(label=label, formula=words.formula(figure), sources=sources)

    def key_figure(self, rules: KeyFigureRules) -> KeyFigure:
        """Return a key figure; its kind is `level`, `share`, `july-dip` or `mean`."""
        words, facts = self.words, self.words.facts
        codes = facts.dataset.codes(**rules.codes)
        sentence = SentenceRules(
            finding=KEY_FIGURE_FINDINGS[rules.kind], message=f"key-{rules.kind}", codes=rules.codes
        )
        finding = find(facts, sentence)
        directions: Mapping[str, Direction] = {"rise": "rise", "fall": "fall", "unchanged": "unchanged"}
        compared = rules.kind in {"level", "share"}
        return KeyFigure(
            id=rules.id,
            label=words.say(f"key.{rules.id}"),
            value=words.persons(codes) if rules.kind == "level" else self._key_value(finding.figures[0]),
            change=words.tell(sentence),
            direction=directions.get(finding.variant.removesuffix("-small"), "missing") if compared else "missing",
            trend=self._key_trend(rules),
        )

    def _key_value(self, figure: Indicator) -> str:
        return "–" if figure.value is None else self.words.figure(figure)

    def _key_trend(self, rules: KeyFigureRules) -> tuple[int, ...]:
        dataset = self.words.facts.dataset
        return dataset.series(dataset.codes(**rules.codes)) if rules.kind == "level" else ()


def key_sentence(rules: KeyFigureRules) -> SentenceRules:
    """Return the sentence that compares a key figure."""
    return SentenceRules(finding=KEY_FIGURE_FINDINGS[rules.kind], message=f"key-{rules.kind}", codes=rules.codes)


def _flat(pieces: Sequence[object]) -> list[str | Link | Foreign]:
    """Return the pieces of a text in order, those inside tuples included."""
    flat: list[str | Link | Foreign] = []
    for piece in pieces:
        if isinstance(piece, tuple):
            flat += _flat(piece)
        else:
            flat.append(piece if isinstance(piece, Link | Foreign) else str(piece))
    return flat


def _anchors(words: Wording, name: str) -> tuple[tuple[str, str], ...]:
    """Return a table's anchors with the code of each slice; one without a code where there are no slices."""
    rules = _table_rules(words, name)
    if rules is None or not rules.slices:
        return ((f"table-{name}", ""),)
    codes = words.definition.code_list(rules.slices).children(TOTAL)
    return tuple((f"table-{name}-{code.id}", code.id) for code in codes)


def _table_rules(words: Wording, name: str) -> TableRules | None:
    """Return the rules of a table by its name; none for the table of indicators."""
    return next((table for table in words.definition.tables if table.id == name), None)


def tabulate_report(words: Wording) -> tuple[DisplayTable, ...]:
    """Return the report's tables in the order in which they stand there, numbered from 1."""
    names = [name for section in words.definition.sections for name in section.tables]
    slices = [(name, code) for name in names for _, code in _anchors(words, name)]
    return tuple(_tabulate(words, name, code, number) for number, (name, code) in enumerate(slices, start=1))


def _tabulate(words: Wording, name: str, slice_code: str, number: int) -> DisplayTable:
    rules = _table_rules(words, name)
    if rules is None:
        return tabulate_indicators(words, words.facts.dataset.dimensions[0], number)
    return tabulate_levels(words, rules, number, slice_code)


def compose_report(
    words: Wording,
    pictures: Sequence[Picture],
    tables: Sequence[DisplayTable],
    *,
    sizes: Mapping[str, int],
    identities: int,
    languages: Sequence[str],
    versions: Collection[int] = (),
    draft: bool = False,
) -> Report:
    """Compose the report of one month in one language.

    `tables` are those of `tabulate_report`;
    `sizes` has the bytes of each file that the page links to, by its path relative to the page;
    `identities` is how many sums and repetitions of the source were found to hold;
    `languages` are those that the month is published in;
    `versions` are the numbers of the earlier versions that stand on the site;
    `draft` marks every page.
    """
    definition, facts, language = words.definition, words.facts, words.language
    shown = [name for section in definition.sections for name in section.figures]
    composer = _Composer(
        words=words,
        pictures={picture.id: picture for picture in pictures},
        tables={table.id: table for table in tables},
        shelf=Shelf(words=words, sizes=sizes),
        figure_numbers={name: number for number, name in enumerate(shown, start=1)},
    )
    release = definition.releases[str(facts.month)]
    sections = tuple(composer.section(section, shown[0]) for section in definition.sections)
    dates = {"released": language.date(release.released), "next": language.date(release.next)}
    return Report(
        id=definition.report.id,
        language=language.code,
        month=facts.month,
        title=words.say("title"),
        month_name=language.capital(language.month(facts.month)),
        headline=words.tell(definition.headline),
        lead=tuple(filter(None, [composer.paragraph(definition.lead)])),
        example_note=words.say("example-note"),
        facts=tuple(Fact(term=words.say(f"fact.{key}"), text=(text,)) for key, text in dates.items()),
        key_figures=tuple(map(composer.key_figure, definition.key_figures)),
        main_figure=composer.figure(shown[0]),
        sections=sections,
        about_heading=words.say("about-heading"),
        about=_about(words, {**dates, "identities": words.number(identities)}),
        corrections=_corrections(words, versions),
        downloads=composer.shelf.in_short(),
        data_files=composer.shelf.in_full(),
        locale=str(language.locale),
        picture=f"figures/{shown[0]}.png" if composer.pictures[shown[0]].drawing.chart else "",
        addresses={
            other: f"{definition.site.address}{other}/{facts.month}/"
            for other in dict.fromkeys((*languages, language.code))
        },
        translations={
            other: f"../../{other}/{facts.month}/index.html" for other in languages if other != language.code
        },
        released=release.released.isoformat(),
        glossary=tuple(
            sorted({fact.term: fact for s in sections for fact in s.terms}.values(), key=lambda fact: fact.term)
        ),
        computations=composer.computations(
            [definition.headline, *definition.lead, *map(key_sentence, definition.key_figures)]
        ),
        draft=draft_mark(language) if draft else None,
        words=page_words(language),
    )


def draft_mark(language: Language) -> DraftMark:
    """Return what every page of a draft says."""
    return DraftMark(label=language.message("draft.label"), note=language.message("draft.note"))


def _corrections(words: Wording, versions: Collection[int]) -> tuple[CorrectionNote, ...]:
    """Return what was put right in the month, the newest first; version n is the one before the nth correction."""
    code, month = words.language.code, words.facts.month
    return tuple(
        CorrectionNote(
            corrected=words.say("site.corrected", date=words.language.date(correction.date)),
            text=correction.text[code],
            changed=words.say("site.changed", changed=correction.changed[code]),
            version=f"../../versions/{month}/{number}/{code}/{month}/index.html" if number in versions else "",
        )
        for number, correction in reversed([*enumerate(words.definition.corrections_of(month), start=1)])
    )


def page_words(language: Language) -> dict[str, str]:
    """Return the words of the page itself; the page's number is left for the layout to fill in."""
    keys = [key for key in language.messages if key.startswith("page.")]
    return {key.removeprefix("page."): language.message(key, page="{page}", pages="{pages}") for key in keys}


def _about(words: Wording, values: Mapping[str, str]) -> tuple[Fact, ...]:
    rules = words.definition.report
    address = f"{words.definition.site.address}{words.language.code}/{words.facts.month}/"
    links = {
        "contact": Link(text=rules.contact, target=f"mailto:{rules.contact}"),
        "licence": Link(text=rules.licence, target=rules.licence_url),
        "document": Foreign(text=words.definition.source.title, language=words.definition.source.language),
        "address": Link(text=address, target=address),
    }
    context = {
        "month_year": words.language.month(words.facts.month),
        "small_base": words.number(rules.small_base),
        "creator": words.definition.site.creator,
        "title": words.say("title"),
        "released_year": str(words.definition.releases[str(words.facts.month)].released.year),
    }
    return tuple(
        Fact(
            term=words.say(f"about.{name}.term"),
            text=tuple(_flat(words.language.pieces(f"about.{name}.text", **context, **values, **links))),
        )
        for name in rules.about
    )
