"""A document with what reports don't have yet and a second statistic may; WeasyPrint tags nothing in it well."""

_GROUPS = 12
_WORDS = "and so on until the line is full and the next one too "

_STYLE = """
@page { size: A6; margin: 12mm; @top-left { content: "Running head" } @bottom-right { content: "Page " counter(page) } }
html { font: 9pt/1.3 "Source Sans Pro" }
h1, h2 { font-weight: 600; font-size: 12pt }
.columns { columns: 2 }
table { border-collapse: collapse; width: 100% }
th, td { font-weight: 400; text-align: left; vertical-align: top }
dl.line div { display: inline-block }
"""


def _group(number: int) -> str:
    """Return three rows below one label; the cell beside it grows longer than a page in one of them."""
    long = _WORDS * 12 if number == 5 else "short"
    return f"""
<tr><th scope="row" rowspan="3">Group {number}</th><th scope="row">first</th><td>{number}01</td><td>{number}02</td>
  <td rowspan="2">{number}03 <a href="#notes">see note {number}</a></td></tr>
<tr><th scope="row">second</th><td>{number}11</td><td>{long}</td></tr>
<tr><th scope="row">third</th><td colspan="2">{number}21 to {number}22</td><td></td></tr>"""


def hard_document() -> str:
    """Return the document: words in other languages, lists of all kinds, broken links, one table over many pages."""
    groups = [_group(number) for number in range(1, _GROUPS + 1)]
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>Hard to tag</title><style>{_STYLE}</style></head><body>
<h1>All that is hard</h1>
<p>They call it <span lang="nb">arbeidsrettede tiltak for personer med nedsatt arbeidsevne, i <b>mange</b> måneder og
  over flere linjer</span>, or <a lang="de" href="https://example.org/de">Maßnahmen</a>,
  <span aria-hidden="true">↑</span> and read
  <a href="https://example.org/a">a link that is long enough to be <b>broken</b> over two lines or three</a>.</p>
<blockquote lang="fr"><p>Une citation entière.</p><p>Et sa suite.</p></blockquote>
<section>
<h2>Lists</h2>
<ul><li>One<ul><li>One and a half</li></ul></li><li>Two</li></ul>
<ul class="columns"><li>Left</li><li>left</li><li>right</li><li>right</li></ul>
<dl><dt>Term</dt><dd>Description</dd><dt>Other term</dt><dd>Other description</dd></dl>
<dl class="line"><div><dt>:</dt><dd>hidden</dd></div> <div><dt>–</dt><dd>none</dd></div></dl>
</section>
<section>
<h2>Table</h2>
<table>
<caption>Figures by group</caption>
<thead>
<tr><th scope="col" rowspan="2">Group</th><th scope="col" rowspan="2">Part <a href="#notes">note</a></th>
  <th scope="colgroup" colspan="2">Both <span lang="nb">kjønn</span></th><td></td></tr>
<tr><th scope="col">Women</th><th scope="col">Men</th><th scope="col">Rest</th></tr>
</thead>
<tbody>{"".join(groups[:7])}</tbody>
<tbody>{"".join(groups[7:])}</tbody>
<tfoot><tr><th scope="row" colspan="2">Sum</th><td>9001</td><td>9002</td><td>9003</td></tr></tfoot>
</table>
</section>
<section id="notes">
<h2>Notes</h2>
<p>{_WORDS * 60}end.</p>
</section>
</body></html>
"""
