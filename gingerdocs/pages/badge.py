"""The proof on the page: a mark below each sample, with what really came back behind it."""

from html import escape

from docutils import nodes
from sphinx.locale import _

from gingerdocs.evidence import Evidence
from gingerdocs.sample import Sample

DIGEST_SHOWN = 12


def mark(sample: Sample, proof: Evidence) -> nodes.raw:
    """The mark of a sample: a line that opens to the real output."""
    kind, summary = _summary(sample, proof)
    facts = [
        (_("Ran on"), ", ".join(proof.ran_on)),
        (_("Time"), _seconds(proof)),
        (_("Digest"), f"sha256:{sample.digest}"),
    ]
    if proof.status != "passed":
        facts = []
    details = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    output = proof.output.strip("\n")
    # Programs speak English; what a translated sample prints besides has letters of its own.
    spoken = ' lang="en"' if output.isascii() else ""
    came_back = _("What really came back, with process ids, ports and dates in one spelling:")
    body = (f"<dl>{details}</dl>" if details else "") + (
        f"<p>{escape(came_back)}</p><pre{spoken}>{escape(output)}</pre>"
        if output
        else f"<p>{_nothing(sample, proof)}</p>"
    )
    return nodes.raw(
        "",
        f'<details class="proof proof-{kind}" data-sample="{escape(sample.name)}">'
        f"<summary>{summary}</summary>{body}</details>\n",
        format="html",
        classes=["no-search"],  # The search finds what the page says, not what its proofs hold.
    )


def _summary(sample: Sample, proof: Evidence) -> tuple[str, str]:
    """Return the kind of a mark, and its line in HTML."""
    if proof.status == "norun":
        return "norun", escape(_("Not run: %s")) % escape(proof.message)
    if proof.status == "unavailable":
        return "unavailable", escape(_("Not run here: %s is not installed")) % _english(
            proof.message
        )
    done = _("Written") if sample.kind == "file" else _("Run")
    shown = [done, " · ".join(proof.ran_on), _seconds(proof), sample.digest[:DIGEST_SHOWN]]
    return "passed", escape(" · ".join(shown))


def _nothing(sample: Sample, proof: Evidence) -> str:
    if proof.status == "norun":
        return escape(proof.message)
    if proof.status == "unavailable":
        return _english(proof.message)
    if sample.kind == "file":
        return escape(_("The samples below use this file."))
    return escape(_("It printed nothing."))


def _english(text: str) -> str:
    return f'<span lang="en">{escape(text)}</span>'


def _seconds(proof: Evidence) -> str:
    return f"{max(proof.seconds, 0.001):.3f} s"
