"""A link whose text is the name of a section leads there."""

import json

from tests.gingerdocs.conftest import Project

START = """\
# Begin

```{toctree}
servers
```

(begin-bee)=
## Ask a bee

[The bee](#server-bee) and [the wasp](#server-wasp), [bee](#server-bee) and [wasp](#server-wasp).
See [below](#server-wasp), [](#server-wasp), [queens](#server-bee), and [sting](#wasp-sting).

[the bee](#server-wasp)

[Bee](#server-wasp) or [server](#server-wasp) or [other servers](#begin-bee)

[ask a bee](#server-bee), [蜜蜂](#server-bee), [黄蜂](#server-bee)
"""
SERVERS = """\
# Other servers

(server-bee)=
## The bee 与蜜蜂

Text.

(server-wasp)=
## The wasp 与黄蜂

Text.

(wasp-sting)=
### What it does

Text.
"""


def test_a_link_that_names_one_section_and_leads_to_another_is_told(project: Project) -> None:
    project.write("docs/index.md", START)
    project.write("docs/servers.md", SERVERS)
    project.take("en")
    pages = json.loads((project.root / "build" / "samples" / "en.json").read_text("utf-8"))
    [problems] = [page["problems"]["build"] for page in pages if page["path"] == "docs/index.md"]
    wasp = "leads to “The wasp 与黄蜂”, not to"
    mend = ": mend its target or its text"
    assert [f"{problem['line']}: {problem['message']}" for problem in problems] == [
        f"13: the link “the bee” {wasp} “The bee 与蜜蜂”{mend}",
        f"15: the link “Bee” {wasp} “Ask a bee”{mend}",
        f"15: the link “other servers” leads to “Ask a bee”, not to “Other servers”{mend}",
        f"17: the link “ask a bee” leads to “The bee 与蜜蜂”, not to “Ask a bee”{mend}",
        f"17: the link “黄蜂” leads to “The bee 与蜜蜂”, not to “The wasp 与黄蜂”{mend}",
    ]
