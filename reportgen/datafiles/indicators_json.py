"""Turns the indicators into JSON for web pages and programs: every figure, with labels in each language."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.datafiles.csv_files import write_value
from reportgen.datafiles.names import INDICATOR_STATUSES, message_in_each
from reportgen.dataset import CodeList
from reportgen.indicators import DECIMALS, Indicator
from reportgen.wording import Wording


def write_indicators_json(spoken: Sequence[Wording]) -> bytes:
    """Return the figures of `indicators.csv` in its order, one on a line, after what they are called.

    A value has up to ten decimals, and is `null` where the status says why there is none.
    """
    facts = spoken[0].facts
    dimensions = facts.dataset.dimensions
    head = json.dumps(_head(spoken), ensure_ascii=False, indent=1)
    write_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    figures = ",\n".join(write_line(_figure(figure, dimensions)) for figure in facts.indicators.figures)
    opened = head.removesuffix(
        "\n}"
    )  # the figures go in last, a line for each: indented, they would be four times as long
    return f'{opened},\n "figures": [\n{figures}\n]}}\n'.encode()


def _head(spoken: Sequence[Wording]) -> Mapping[str, Any]:
    definition, facts = spoken[0].definition, spoken[0].facts
    release = definition.releases[str(facts.month)]
    names = dict.fromkeys(figure.name for figure in facts.indicators.figures)
    return {
        "report": definition.report.id,
        "month": str(facts.month),
        "released": release.released.isoformat(),
        "next": release.next.isoformat(),
        "languages": [words.language.code for words in spoken],
        "title": message_in_each(spoken, "title"),
        "source": {"label": definition.site.creator, "url": definition.site.creator_url},
        "licence": {"label": definition.report.licence, "url": definition.report.licence_url},
        "dimensions": [_dimension(spoken, code_list) for code_list in facts.dataset.code_lists],
        "indicators": [{"id": name, "labels": message_in_each(spoken, f"indicator.{name}")} for name in names],
        "units": [
            {"id": unit, "decimals": decimals, "labels": message_in_each(spoken, f"data.unit.{unit}")}
            for unit, decimals in DECIMALS.items()
        ],
        "statuses": [
            {"id": status, "labels": message_in_each(spoken, f"data.status.{status}")} for status in INDICATOR_STATUSES
        ],
    }


def _dimension(spoken: Sequence[Wording], code_list: CodeList) -> Mapping[str, Any]:
    def codes() -> Iterator[Mapping[str, Any]]:
        for code in code_list.codes:
            labels = {words.language.code: words.label(code_list.dimension, code.id) for words in spoken}
            yield {"id": code.id, "level": code.level, "parent": code.parent or None, "labels": labels}

    labels = message_in_each(spoken, f"dimension.{code_list.dimension}")
    return {"id": code_list.dimension, "labels": labels, "codes": list(codes())}


def _figure(figure: Indicator, dimensions: Sequence[str]) -> Mapping[str, Any]:
    value = None if figure.value is None else json.loads(write_value(figure.value))
    return {
        "period": str(figure.period),
        "indicator": figure.name,
        **dict(zip(dimensions, figure.codes, strict=True)),
        "value": value,
        "unit": figure.unit,
        "status": figure.status,
        "formula": figure.formula,
    }
