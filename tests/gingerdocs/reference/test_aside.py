"""A page is the same with its descriptions set aside and put back as if they had stayed."""

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes

from gingerdocs.reference.aside import PutBack, PutBackResolved, SetAside, aside


def description(*translated: bool) -> addnodes.desc:
    paragraphs = [nodes.paragraph("", "text", translated=each) for each in translated]
    inner = addnodes.desc("", addnodes.desc_signature("", "b"), domain="py")
    content = addnodes.desc_content("", *paragraphs, inner)
    return addnodes.desc("", addnodes.desc_signature("", "a"), content, domain="py", classes=["py"])


def page(*children: nodes.Node) -> nodes.document:
    document = new_document("page")
    document["translation_progress"] = {"total": 5, "translated": 4}
    document += nodes.section("", nodes.title("", "Title"), *children)
    return document


def test_descriptions_come_back_in_their_places_and_count() -> None:
    before, after = nodes.paragraph("", "before"), nodes.paragraph("", "after")
    document = page(before, aside(description(True, False)), after)
    assert not list(document.findall(addnodes.desc))
    PutBack(document).apply()
    assert not list(document.findall(aside))
    assert [type(node).__name__ for node in document[0]] == [
        "title",
        "paragraph",
        "desc",
        "paragraph",
    ]
    assert document["translation_progress"] == {"total": 7, "translated": 5}


def test_resolving_goes_by_and_the_signatures_get_their_class() -> None:
    document = page(aside(description()), description())
    PutBack(document).apply()
    described, other = document[0][1:]
    SetAside(document).run()
    assert list(document.findall(addnodes.desc)) == list(other.findall(addnodes.desc))
    PutBackResolved(document).run()
    assert document[0][1:] == [described, other]
    assert described["classes"] == ["py"]
    classes = [node["classes"] for node in described.findall(addnodes.desc_signature)]
    assert classes == [["sig", "sig-object", "py"]] * 2
    classes = [node["classes"] for node in other.findall(addnodes.desc_signature)]
    assert classes == [["sig", "sig-object"]] * 2  # Sphinx's own transform comes to these.
