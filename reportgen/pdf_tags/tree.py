"""Reads the structure tree of a PDF into tags and writes it back, with all that must agree with it.

Each piece of content and each link knows its page, so tags can take over what others held, across pages.
What no tag holds any more is in no tree afterwards: `artifacts` makes it an artifact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element

import pydyf

from reportgen.errors import Problem, RenderError
from reportgen.pdf_tags.boxes import Layout

_LABELLED = {"Table": ("table",), "TR": ("tr",), "Art": ("article",), "LI": ("li", "dt", "dd")}
"""Tags that are matched one by one with elements: what they are called here and there."""
_LOOSE = "LI"
"""An item set inline has a tag on each line; where that happens, the page's items stay unmatched."""
NOBODY = b"null"
"""What content belongs to that no tag holds."""


class Content(NamedTuple):
    """Marked content of a page: a run of text, a drawing."""

    page: int
    """Index of the page, from 0."""
    number: int
    """Its MCID."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """A link annotation."""

    page: int
    reference: bytes
    """What it is called in the PDF: `12 0 R`."""
    dictionary: pydyf.Dictionary


@dataclass(slots=True, eq=False)
class Tag:
    """A structure element."""

    kind: str
    """Structure type without slash: `TD`."""
    page: int
    reference: bytes
    """What the element is called in the PDF: `12 0 R`."""
    dictionary: pydyf.Dictionary
    """The element in the PDF, for its attributes; kind, page and kids are written over it."""
    kids: list["Kid"] = field(default_factory=list)

    def walk(self) -> Iterator["Tag"]:
        """Yield this tag and all below it, in reading order; kids may change until their turn comes."""
        waiting = [self]
        while waiting:
            tag = waiting.pop()
            yield tag
            waiting += [kid for kid in reversed(tag.kids) if isinstance(kid, Tag)]

    def tags(self, *kinds: str) -> list["Tag"]:
        """Return its own kids of some kinds."""
        return [kid for kid in self.kids if isinstance(kid, Tag) and kid.kind in kinds]


Kid: TypeAlias = Tag | Content | Annotation
"""What a tag holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The structure tree of a PDF that is not written yet."""

    pdf: pydyf.PDF
    pages: tuple[pydyf.Dictionary, ...]
    root: Tag
    """The `Document` tag."""

    @property
    def structure(self) -> pydyf.Dictionary:
        """The PDF's StructTreeRoot."""
        return follow(self.pdf, self.pdf.catalog["StructTreeRoot"])

    @property
    def parents(self) -> pydyf.Dictionary:
        """The PDF's ParentTree: after each page's index, which tags its contents belong to; links come last."""
        return follow(self.pdf, self.structure["ParentTree"])


Matched: TypeAlias = Mapping[Tag, Element]
"""The element of each tag that stands for one."""


def follow(pdf: pydyf.PDF, reference: bytes) -> Any:  # noqa: ANN401 - pydyf has no types
    """Return the object that a reference leads to: `12 0 R`."""
    return pdf.objects[int(reference.split()[0])]


def read_tree(pdf: pydyf.PDF) -> Tree:
    """Read the structure tree."""
    references = pdf.page_references
    (document,) = follow(pdf, pdf.catalog["StructTreeRoot"])["K"]
    indices = {reference: index for index, reference in enumerate(references)}
    root = _read_tag(pdf, document, indices, 0)
    return Tree(pdf=pdf, pages=tuple(follow(pdf, reference) for reference in references), root=root)


def _read_tag(pdf: pydyf.PDF, reference: bytes, pages: Mapping[bytes, int], page: int) -> Tag:
    dictionary = follow(pdf, reference)
    page = pages[dictionary["Pg"]] if "Pg" in dictionary else page
    tag = Tag(dictionary["S"][1:], page, reference, dictionary)
    for kid in dictionary["K"]:
        if isinstance(kid, int):
            tag.kids.append(Content(page, kid))
        elif link := follow(pdf, kid).get("Obj"):
            tag.kids.append(Annotation(page, link, follow(pdf, link)))
        else:
            tag.kids.append(_read_tag(pdf, kid, pages, page))
    return tag


def match_elements(tree: Tree, layout: Layout) -> dict[Tag, Element]:
    """Match tags with elements, page by page in their common order.

    Raise `RenderError` where there are not as many of the one as of the other.
    """
    tags: dict[tuple[str, int], list[Tag]] = {}
    for tag in tree.root.walk():
        tags.setdefault((tag.kind, tag.page), []).append(tag)
    matched: dict[Tag, Element] = {}
    for index, page in enumerate(layout.pages):
        for kind, names in _LABELLED.items():
            found = tags.get((kind, index), [])
            elements = [element for element in page.elements if element.tag in names]
            if len(found) == len(elements):
                matched.update(zip(found, elements, strict=True))
            elif kind != _LOOSE:
                message = f"page {index + 1} has {len(found)} {kind} tags for {len(elements)} {names[0]} elements"
                raise unexpected(message)
    return matched


def unexpected(what: str) -> RenderError:
    """Return the error for tags that are not as WeasyPrint 70 writes them."""
    hint = "simplify the table or list on that page, or install the version of WeasyPrint that reportgen asks for"
    return RenderError(Problem(kind="pdf-tags", message=f"the PDF's tags can't be mended: {what}", hint=hint))


def write_tree(tree: Tree) -> None:
    """Write the tags back, then what leads from the pages to them, and what finds them by their names."""
    pages = tree.pdf.page_references
    named: dict[str, bytes] = {}
    for tag in tree.root.walk():
        dictionary = tag.dictionary
        dictionary["S"] = f"/{tag.kind}"
        dictionary["K"] = pydyf.Array([_written(pages, tag, kid) for kid in tag.kids])
        if tag is not tree.root:
            dictionary["Pg"] = pages[tag.page]
        for kid in tag.kids:
            if isinstance(kid, Tag):
                kid.dictionary["P"] = tag.reference
        if "ID" in dictionary:
            named[dictionary["ID"].string] = tag.reference
    _write_parents(tree)
    if named:
        index = [part for name in sorted(named) for part in (pydyf.String(name), named[name])]
        tree.structure["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(index)})


def _written(pages: Sequence[bytes], tag: Tag, kid: Kid) -> pydyf.Dictionary | bytes | int:
    if isinstance(kid, Tag):
        return kid.reference
    if isinstance(kid, Annotation):
        return pydyf.Dictionary({"Type": "/OBJR", "Obj": kid.reference, "Pg": pages[kid.page]})
    if kid.page == tag.page:
        return kid.number
    return pydyf.Dictionary({"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.number})


def _write_parents(tree: Tree) -> None:
    """Write which tag each content and link belongs to; null for content without one, and links without one go."""
    before = tree.parents["Nums"]
    contents = [pydyf.Array([NOBODY] * len(before[2 * index + 1])) for index in range(len(tree.pages))]
    links: dict[bytes, tuple[int, bytes]] = {}
    for tag in tree.root.walk():
        for kid in tag.kids:
            if isinstance(kid, Content):
                contents[kid.page][kid.number] = tag.reference
            elif isinstance(kid, Annotation):
                links[kid.reference] = (kid.dictionary["StructParent"], tag.reference)
    for page in tree.pages:
        if "Annots" in page:
            page["Annots"] = pydyf.Array([link for link in page["Annots"] if link in links])
    entries = [*enumerate(contents), *sorted(links.values())]
    tree.parents["Nums"] = pydyf.Array([part for entry in entries for part in entry])
