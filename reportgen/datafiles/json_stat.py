"""Turns the dataset into JSON-stat 2.0, which has labels in one language: https://json-stat.org/full/."""

import json
from collections.abc import Mapping
from typing import Any

from reportgen.datafiles.cube import full_cube
from reportgen.datafiles.names import OBSERVATION_STATUSES, code_labels
from reportgen.dataset import CodeList
from reportgen.wording import Wording

_MEASURE, _PERIOD, _PERSONS = "measure", "period", "persons"


def write_json_stat(words: Wording) -> bytes:
    """Return the observations as a cube with labels in one language.

    A cell that the document doesn't carry is `null`; the status of a cell is that of `observations.csv`.
    """
    definition, dataset = words.definition, words.facts.dataset
    cube = full_cube(dataset)
    dimensions: Mapping[str, Any] = {
        _MEASURE: _measure(words),
        **{known.dimension: _dimension(words, known) for known in dataset.code_lists},
        _PERIOD: _months(words),
    }
    content = {
        "version": "2.0",
        "class": "dataset",
        "label": words.say("title"),
        "source": definition.site.creator,
        "updated": definition.releases[str(words.facts.month)].released.isoformat(),
        "note": [words.say("data.not-carried-note"), words.say("data.implied-zero-note")],
        "id": list(dimensions),
        "size": [len(dimension["category"]["index"]) for dimension in dimensions.values()],
        "role": {"time": [_PERIOD], "metric": [_MEASURE]},
        "dimension": dimensions,
        "value": [None if cell is None else cell.value for cell in cube],
        "status": {str(place): cell.status for place, cell in enumerate(cube) if cell is not None and cell.status},
        "extension": {
            "language": words.language.code,
            "licence": {"label": definition.report.licence, "href": definition.report.licence_url},
            "contact": definition.report.contact,
            "status": {status: words.say(f"data.status.{status}") for status in OBSERVATION_STATUSES},
        },
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _measure(words: Wording) -> Mapping[str, Any]:
    unit = {"label": words.say("data.unit.persons"), "decimals": 0}
    label = words.say("data.measure")
    return {
        "label": label,
        "category": {"index": [_PERSONS], "label": {_PERSONS: label}, "unit": {_PERSONS: unit}},
    }


def _dimension(words: Wording, code_list: CodeList) -> Mapping[str, Any]:
    members = {code.id: [child.id for child in code_list.children(code.id)] for code in code_list.codes}
    return {
        "label": words.say(f"dimension.{code_list.dimension}"),
        "category": {
            "index": [code.id for code in code_list.codes],
            "label": code_labels(words, code_list.dimension),
            "child": {code: children for code, children in members.items() if children},
        },
    }


def _months(words: Wording) -> Mapping[str, Any]:
    periods = words.facts.dataset.periods
    return {
        "label": words.say("data.column.period"),
        "category": {
            "index": [str(period) for period in periods],
            "label": {str(period): words.language.month(period) for period in periods},
        },
    }
