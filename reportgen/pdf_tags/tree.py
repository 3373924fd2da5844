"""Reads the structure tree of a PDF into plain objects and writes it back, with all that must agree with it.

Each piece of content and each link knows its page, so tags can take over what others held, across pages.
What no tag holds any more is in no tree afterwards: `artifacts` makes it an artifact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.etree.ElementTree import Element

import pikepdf
from pikepdf import Array, Dictionary, Name

from reportgen.errors import Problem, RenderError
from reportgen.pdf_tags.boxes import Layout

_LABELLED = {"Table": ("table",), "TR": ("tr",), "Art": ("article",), "LI": ("li", "dt", "dd")}
"""Tags that are matched one by one with elements: what they are called here and there."""
_LOOSE = "LI"
"""An item set inline has a tag on each line; where that happens, the page's items stay unmatched."""


@dataclass(frozen=True, slots=True)
class Content:
    """Marked content of a page: a run of text, a drawing."""

    page: int
    """Index of the page, from 0."""
    number: int
    """Its MCID."""


@dataclass(frozen=True, slots=True, eq=False)
class Annotation:
    """A link annotation."""

    page: int
    dictionary: pikepdf.Object


@dataclass(slots=True, eq=False)
class Tag:
    """A structure element."""

    kind: str
    """Structure type without slash: `TD`."""
    page: int
    dictionary: pikepdf.Object
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
    """The structure tree of an open PDF."""

    pdf: pikepdf.Pdf
    root: Tag
    """The `Document` tag."""

    @property
    def structure(self) -> pikepdf.Object:
        """The PDF's StructTreeRoot."""
        return self.pdf.Root.StructTreeRoot


Matched: TypeAlias = Mapping[Tag, Element]
"""The element of each tag that stands for one."""


def read_tree(pdf: pikepdf.Pdf) -> Tree:
    """Read the structure tree."""
    pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    return Tree(pdf=pdf, root=_read_tag(pdf.Root.StructTreeRoot.K[0], pages, 0))


def _read_tag(dictionary: pikepdf.Object, pages: Mapping[tuple[int, int], int], page: int) -> Tag:
    own = dictionary.get(Name.Pg)
    page = page if own is None else pages[own.objgen]
    tag = Tag(str(dictionary.S)[1:], page, dictionary)
    for kid in dictionary.K:
        if isinstance(kid, int):
            tag.kids.append(Content(page, kid))
        elif Name.Obj in kid:
            tag.kids.append(Annotation(page, kid.Obj))
        else:
            tag.kids.append(_read_tag(kid, pages, page))
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
    pages = [page.obj for page in tree.pdf.pages]
    for tag in tree.root.walk():
        dictionary = tag.dictionary
        dictionary.S = Name(f"/{tag.kind}")
        dictionary.K = Array([_written(pages, tag, kid) for kid in tag.kids])
        if tag is not tree.root:
            dictionary.Pg = pages[tag.page]
        for kid in tag.kids:
            if isinstance(kid, Tag):
                kid.dictionary.P = dictionary
    _write_parents(tree)
    _write_names(tree)


def _written(pages: Sequence[pikepdf.Object], tag: Tag, kid: Kid) -> pikepdf.Object | int:
    if isinstance(kid, Tag):
        return kid.dictionary
    if isinstance(kid, Annotation):
        return Dictionary(Type=Name.OBJR, Obj=kid.dictionary, Pg=pages[kid.page])
    return kid.number if kid.page == tag.page else Dictionary(Type=Name.MCR, Pg=pages[kid.page], MCID=kid.number)


def _write_parents(tree: Tree) -> None:
    """Write which tag each content and link belongs to; null for content without one, and links without one go."""
    contents = {kid: tag for tag in tree.root.walk() for kid in tag.kids if isinstance(kid, Content)}
    links = {
        kid.dictionary.objgen: (kid, tag) for tag in tree.root.walk() for kid in tag.kids if isinstance(kid, Annotation)
    }
    numbers = tree.structure.ParentTree.Nums
    entries: dict[int, pikepdf.Object] = {}
    for index, page in enumerate(tree.pdf.pages):
        count = len(numbers[2 * index + 1])
        owners = [contents.get(Content(index, number)) for number in range(count)]
        entries[index] = Array([owner.dictionary if owner else None for owner in owners])
        if Name.Annots in page:
            page.Annots = Array([link for link in page.Annots if link.objgen in links])
    for link, tag in links.values():
        entries[int(link.dictionary.StructParent)] = tag.dictionary
    tree.structure.ParentTree.Nums = Array([part for entry in sorted(entries.items()) for part in entry])


def _write_names(tree: Tree) -> None:
    """Write the index of the IDs, by which header cells are found."""
    named = {str(tag.dictionary.ID): tag.dictionary for tag in tree.root.walk() if Name.ID in tag.dictionary}
    if named:
        index = pikepdf.NameTree.new(tree.pdf)
        for name in sorted(named):
            index[name] = named[name]
        tree.structure.IDTree = index.obj
