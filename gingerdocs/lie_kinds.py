"""The kinds of lies that can be told in the guide, each a small function.

``PROSE`` turns the words of a text round, ``LINES`` a line of a sample, ``PAGES`` what stands
between them on a page, ``CATALOGS`` what a translator does with a message, and ``FILES`` what is
no page. A lie of the first two is told in one language alone, or in all of them alike, as somebody
would tell it who believes it: in the page, in the catalogs, and with the words of each language.
"""

import difflib
import functools
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from babel.messages.pofile import normalize

from . import catalogs, console
from .languages import LANGUAGES, SOURCE
from .po import WIDTH
from .sample import Page, Sample

EVERYWHERE = "all"
"""The language of a lie that is told in all of them alike."""


@dataclass(frozen=True)
class Edit:
    """The lines ``first`` to ``last`` of a file, counted from one, become others."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Lie:
    """A change of the guide that makes it say what is not so.

    ``page`` is where it is told: a page, or another file of the checkout.
    """

    kind: str
    lang: str
    page: str
    said: str
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        first = self.edits[0]
        return f"{self.kind}, {self.lang}, {first.path}:{first.first}: {self.said}"


Way = tuple[str, str]
"""What is turned round, the same in every language, and the text that says the contrary."""


# Prose

_OPPOSITES: tuple[dict[str, tuple[str, str]], ...] = (
    {"en": ("before", "after"), "pt": ("antes", "depois"), "zh": ("之前", "之后")},
    {"en": ("first", "last"), "pt": ("primeiro", "último"), "zh": ("第一", "最后")},
    {"en": ("first", "second"), "pt": ("primeira", "segunda"), "zh": ("第一", "第二")},
    {"en": ("more", "less"), "pt": ("mais", "menos"), "zh": ("更多", "更少")},
    {"en": ("always", "never"), "pt": ("sempre", "nunca"), "zh": ("总是", "从不")},
    {"en": ("starts", "stops"), "pt": ("inicia", "encerra"), "zh": ("启动", "停止")},
    {"en": ("opens", "closes"), "pt": ("abre", "fecha"), "zh": ("打开", "关闭")},
    {"en": ("sends", "receives"), "pt": ("envia", "recebe"), "zh": ("发送", "接收")},
    {"en": ("reads", "writes"), "pt": ("lê", "escreve"), "zh": ("读取", "写入")},
    {"en": ("accepts", "refuses"), "pt": ("aceita", "recusa"), "zh": ("接受", "拒绝")},
    {"en": ("allowed", "forbidden"), "pt": ("permitido", "proibido"), "zh": ("允许", "禁止")},
    {"en": ("adds", "removes"), "pt": ("acrescenta", "remove"), "zh": ("添加", "删除")},
    {"en": ("with", "without"), "pt": ("com", "sem"), "zh": ("带有", "没有")},
    {"en": ("above", "below"), "pt": ("acima", "abaixo"), "zh": ("上面", "下面")},
    {"en": ("inside", "outside"), "pt": ("dentro", "fora"), "zh": ("之内", "之外")},
    {"en": ("request", "response"), "pt": ("requisição", "resposta"), "zh": ("请求", "响应")},
    {"en": ("client", "server"), "pt": ("cliente", "servidor"), "zh": ("客户端", "服务器")},
    {"en": ("only", "also"), "pt": ("apenas", "também"), "zh": ("只", "也")},
    {"en": ("all", "some"), "pt": ("todos", "alguns"), "zh": ("所有", "部分")},
    {"en": ("every", "no"), "pt": ("cada", "nenhum"), "zh": ("每个", "没有")},
    {"en": ("same", "different"), "pt": ("mesmo", "diferente"), "zh": ("相同", "不同")},
    {"en": ("old", "new"), "pt": ("antigo", "novo"), "zh": ("旧", "新")},
    {"en": ("fast", "slow"), "pt": ("rápido", "lento"), "zh": ("快", "慢")},
    {"en": ("fails", "succeeds"), "pt": ("falha", "funciona"), "zh": ("失败", "成功")},
    {"en": ("must", "may"), "pt": ("deve", "pode"), "zh": ("必须", "可以")},
    {"en": ("safe", "unsafe"), "pt": ("seguro", "inseguro"), "zh": ("安全", "危险")},
    {"en": ("production", "development"), "pt": ("produção", "teste"), "zh": ("生产", "开发")},
    {"en": ("async", "sync"), "pt": ("assíncrono", "síncrono"), "zh": ("异步", "同步")},
    {"en": ("file", "folder"), "pt": ("arquivo", "pasta"), "zh": ("文件", "目录")},
    {"en": ("header", "cookie"), "pt": ("cabeçalho", "cookie"), "zh": ("标头", "Cookie")},
    {"en": ("seconds", "minutes"), "pt": ("segundos", "minutos"), "zh": ("秒", "分钟")},
    {"en": ("user", "root"), "pt": ("usuário", "root"), "zh": ("用户", "root")},
    {"en": ("thread", "process"), "pt": ("thread", "processo"), "zh": ("线程", "进程")},
    {"en": ("worker", "process"), "pt": ("worker", "mestre"), "zh": ("worker", "主进程")},
    {"en": ("public", "private"), "pt": ("público", "privado"), "zh": ("公开", "私有")},
    {"en": ("can", "cannot"), "pt": ("pode", "não pode"), "zh": ("能", "不能")},
)  # fmt: skip

_DENIALS = {"en": r"\b(?:not|never) ", "pt": r"\bnão ", "zh": "不(?![同过仅])"}
_DENIED = {
    "en": (r"\b(is|are|can|may|must|will|does|has|have|need)\b(?! not|not)", r"\1 not"),
    "pt": (r"(?<!não )\b(é|são|está|pode|podem|deve|devem|tem|têm|há|usa|vai)\b", r"não \1"),
    "zh": ("(?<!不)(会|能|可以|是|需要|必须|应当|有)", r"不\1"),
}


def _denied(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _plain_places(text, re.compile(_DENIED[lang][0], re.IGNORECASE))
    if said:
        found = said[0]
        yield "", text[: found.start()] + found.expand(_DENIED[lang][1]) + text[found.end() :]


def _admitted(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _plain_places(text, re.compile(_DENIALS[lang], re.IGNORECASE))
    if said:
        yield "", text[: said[0].start()] + text[said[0].end() :]


def _turned(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    for pair in _OPPOSITES:
        for old, new in (pair[lang], pair[lang][::-1]):
            spaced = re.escape(old) if lang == "zh" else rf"\b{re.escape(old)}\b"
            for found in _plain_places(text, re.compile(spaced))[:1]:
                way = f"{pair['en'][old == pair[lang][1]]} turned round"
                yield way, text[: found.start()] + new + text[found.end() :]


def _counted(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
    for found in re.finditer(r"\d+", text):
        number = str(int(found[0]) + 1 + int(found[0]) % 3)
        yield f"{found[0]} became {number}", text[: found.start()] + number + text[found.end() :]


def _sentence_out(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _sentences(text)
    if len(said) > 1:
        for number in range(len(said)):
            yield f"without sentence {number + 1}", "".join(said[:number] + said[number + 1 :])


def _sentences_swapped(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _sentences(text)
    if len(said) > 1:
        first, second, *rest = said
        yield "two sentences change places", f"{second.rstrip()} {first.strip()} {''.join(rest)}"


def _clause_out(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    comma = "，" if lang == "zh" else ", "
    parts = text.split(comma)
    for number in range(1, len(parts) - 1):
        left = comma.join(parts[:number] + parts[number + 1 :])
        yield f"without clause {number + 1} of {len(parts)}", left


def _literals_swapped(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
    said = list(re.finditer(r"`[^`]+`|\]\([^)]+\)", text))
    for one, other in pairwise(said):
        if one[0] != other[0] and one[0][0] == other[0][0]:
            between = text[one.end() : other.start()]
            new = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
            yield f"{one[0]} and {other[0]} change places", new


def _literal_misspelt(text: str, _lang: str, chance: random.Random) -> Iterator[Way]:
    for found in re.finditer(r"`([^`]+)`|\]\(([^)]+)\)|\{\w+\}`([^`]+)`", text):
        group = found.lastindex or 0
        if re.search(r"[^\W_]", found[group]):
            new = misspelt(found[group], chance)
            changed = text[: found.start(group)] + new + text[found.end(group) :]
            yield f"{found[group]} became {new}", changed


PROSE: dict[str, Callable[[str, str, random.Random], Iterator[Way]]] = {
    "prose: denied": _denied,
    "prose: denial out": _admitted,
    "prose: opposite": _turned,
    "prose: number": _counted,
    "prose: sentence out": _sentence_out,
    "prose: sentences swapped": _sentences_swapped,
    "prose: clause out": _clause_out,
    "prose: literals swapped": _literals_swapped,
    "prose: literal or link": _literal_misspelt,
}


def _plain_places(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Find a pattern outside of literals and links."""
    marked = [(m.start(), m.end()) for m in re.finditer(r"`[^`]*`|\]\([^)]*\)", text)]
    return [
        found
        for found in pattern.finditer(text)
        if not any(start <= found.start() < end for start, end in marked)
    ]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?!])(?= )|(?<=[。？！])", text) if part]


def misspelt(text: str, chance: random.Random) -> str:
    """Return a text with a letter or a digit changed, doubled, left out or misplaced."""
    place = chance.choice([n for n, letter in enumerate(text) if letter.isalnum()])
    letter = text[place]
    if letter.isdigit():
        other = chance.choice("0123456789".replace(letter, ""))
        return text[:place] + other + text[place + 1 :]
    near = chr((ord(letter.lower()) - ord("a") + chance.randrange(1, 26)) % 26 + ord("a"))
    ways = [
        text[:place] + (near.upper() if letter.isupper() else near) + text[place + 1 :],
        text[:place] + text[place + 1 :],
        text[:place] + letter + text[place:],
        text[:place] + text[place + 1 : place + 2] + letter + text[place + 2 :],
    ]
    return chance.choice([way for way in ways if way != text])


# Samples

_NEEDLESS = {
    "nginx": "    keepalive_timeout 30;",
    "systemd": "Nice=5",
    "toml": "needless = true",
    "yaml": "needless: true",
    "ini": "needless = 1",
    "header": "X-Powered-By: GingerDJ",
    "output": "Done.",
}
"""Lines that are taken without a word, and do nothing that the page tells of."""

_CONTRARIES = [
    ("True", "False"), ("on", "off"), ("yes", "no"), ("true", "false"), ("==", "!="), ("<", ">"),
    (" and ", " or "), ("GET", "POST"), ("https", "http"), ("always", "no"), ("async def", "def"),
    ("await ", ""), ("-x", "-y"), ("127.0.0.1", "0.0.0.0"), ("localhost", "127.0.0.1"),
    ("DENY", "SAMEORIGIN"), ("200 OK", "201 Created"), ("404", "410"), ("nosniff", "sniff"),
]  # fmt: skip


def _line_out(_line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    yield []


def _line_doubled(line: str, _r: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    yield [line, line]


def _line_in(line: str, region: str, code: str, _chance: random.Random) -> Iterator[list[str]]:
    needless = _NEEDLESS.get(code if region == "directive" else region)
    if needless is not None:
        yield [line, needless]


def _word(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r"[^\W\d_]\w{2,}", line):
        yield [line[: found.start()] + misspelt(found[0], chance) + line[found.end() :]]


def _digit(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r"\d+", line):
        yield [line[: found.start()] + misspelt(found[0], chance) + line[found.end() :]]


def _option_out(line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    for found in re.finditer(r" --?[a-z][\w-]*(?:=\S+)?", line):
        yield [line[: found.start()] + line[found.end() :]]


def _value(line: str, _region: str, _code: str, _chance: random.Random) -> Iterator[list[str]]:
    for pair in _CONTRARIES:
        for old, new in (pair, pair[::-1]):
            if old and (found := re.search(rf"(?<!\w){re.escape(old)}(?!\w)", line)):
                yield [line[: found.start()] + new + line[found.end() :]]


def _comment(line: str, _region: str, _code: str, chance: random.Random) -> Iterator[list[str]]:
    for way in (_denied, _admitted, _turned, _counted):
        yield from ([new] for _, new in way(line, SOURCE, chance))


_ALL = ("code", "command", "directive", "header", "output")

LINES: dict[str, tuple[tuple[str, ...], Callable[..., Iterator[list[str]]]]] = {
    "word": (_ALL, _word),
    "digit": (_ALL, _digit),
    "value": (_ALL, _value),
    "option out": (("command",), _option_out),
    "line out": (("code", "directive", "header", "output"), _line_out),
    "line doubled": (("directive", "header", "output"), _line_doubled),
    "line in": (("directive", "header", "output"), _line_in),
    "said of it": (("comment",), _comment),
}
"""The kinds of lies about a line of a sample, and what such a line must be."""

_CONFIGURATIONS = ("ini", "nginx", "systemd", "toml", "yaml")
_DIRECTIVE = re.compile(r"\s*[^\s#\[].*[^\s{}]")
"""A line that is neither a comment nor the begin or the end of a section."""


def regions(sample: Sample) -> list[str]:
    """Say of each line of a sample what it is: one of those in ``LINES``, or nothing."""
    lines = sample.text.split("\n")
    found = [_KINDS.get(sample.kind, "code")] * len(lines)
    if sample.language in _CONFIGURATIONS:
        found = ["directive" if _DIRECTIVE.fullmatch(line) else "" for line in lines]
    for number in _shown(sample, lines):
        found[number] = "output"
    comment = ("#", ";") if sample.language in ("ini", "systemd") else ("#",)
    for number, line in enumerate(lines):
        if found[number] != "output" and line.lstrip().startswith(comment):
            found[number] = "comment"
        if line.strip() in ("", "...", console.INTERRUPT):
            found[number] = ""
    return found


_KINDS = {"console": "command", "http": "header"}


def _shown(sample: Sample, lines: list[str]) -> Iterable[int]:
    if sample.follows is not None:
        return range(len(lines))
    if sample.kind == "console":
        steps = console.parse(sample.text)
        return [step.first_shown + n for step in steps for n in range(len(step.shown))]
    if sample.kind == "doctest":
        return [n for n, line in enumerate(lines) if not line.lstrip().startswith((">>>", "... "))]
    return ()


# Pages: functions of a line that is in no block, and of the one above it


def _language(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"(`{3,})(?:\{code-block\} )?([a-z]+)$", line):
        others = {"console": "bash", "python": "text", "bash": "text", "http": "text"}
        other = others.get(found[2], "ini" if found[2] == "nginx" else "text")
        yield [f"{found[1]}{{code-block}} {other}"]


def _norun(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"(`{3,})(?:\{code-block\} )?(console|python|http|pycon)$", line):
        yield [f"{found[1]}{{code-block}} {found[2]}", ":norun: it takes long"]


def _option_wrong(line: str, chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r":(file|exit|raises|continue): (.+)$", line):
        yield [f":{found[1]}: {misspelt(found[2], chance)}"]


def _option_gone(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r":(?:file|append|exit|raises|continue|background|norun):", line):
        yield []


def _anchor(line: str, chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"\(([\w-]+)\)=$", line):
        yield [f"({misspelt(found[1], chance)})="]
        yield []


def _heading(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r"##+ ", line):
        yield [f"#{line}"]


def _box(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if found := re.match(r"([`:]{3,})\{(note|tip|warning|important)\}(.*)$", line):
        yield [f"{found[1]}{{{'warning' if found[2] != 'warning' else 'note'}}}{found[3]}"]


def _cells(line: str, _chance: random.Random) -> Iterator[list[str]]:
    cells = line.strip().strip("|").split("|")
    if line.startswith("|") and len(cells) > 1 and "-" not in cells[1][:3]:
        yield ["|" + "|".join([*cells[:-2], cells[-1], cells[-2]]) + "|"]
        yield []


def _listed(line: str, _chance: random.Random) -> Iterator[list[str]]:
    if re.match(r"[-*] |\d\. ", line):
        yield []


PAGES: dict[str, Callable[[str, random.Random], Iterator[list[str]]]] = {
    "page: language of a block": _language,
    "page: norun": _norun,
    "page: option of a block": _option_wrong,
    "page: option out": _option_gone,
    "page: anchor": _anchor,
    "page: heading": _heading,
    "page: box": _box,
    "page: table": _cells,
    "page: list": _listed,
}


# What is no page

_FENCED = re.compile(r"^\s*`{3}.*?^\s*`{3}", re.DOTALL | re.MULTILINE)


def _file_literal(line: str, _path: str, chance: random.Random) -> Iterator[list[str]]:
    for way, new in _literal_misspelt(line, SOURCE, chance):
        if way:
            yield [new]


def _file_command(line: str, _path: str, chance: random.Random) -> Iterator[list[str]]:
    if line.startswith("$ "):
        yield from _word(line, "command", "console", chance)


def _file_number(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".md"):
        yield from ([new] for _, new in _counted(line, SOURCE, chance))


def _file_prose(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".md") and not line.startswith("$"):
        for way in (_denied, _admitted, _turned):
            yield from ([new] for _, new in way(line, SOURCE, chance))


def _file_code(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".py") and not line.lstrip().startswith(("#", '"""', "from ", "import ")):
        for way in (_word, _digit, _value):
            yield from way(line, "code", "python", chance)


def _file_comment(line: str, path: str, chance: random.Random) -> Iterator[list[str]]:
    if path.endswith(".py") and line.lstrip().startswith(("#", '"""')):
        yield from _comment(line, "comment", "python", chance)


FILES: dict[str, Callable[[str, str, random.Random], Iterator[list[str]]]] = {
    "file: literal or link": _file_literal,
    "file: command": _file_command,
    "file: number": _file_number,
    "file: prose": _file_prose,
    "file: code": _file_code,
    "file: comment": _file_comment,
}


# Where they are told


class Guide:
    """The pages and catalogs of a checkout, in which lies are told."""

    def __init__(self, root: Path, pages: Iterable[Page], chance: random.Random) -> None:
        self.root = root
        self.pages = list(pages)
        self._chance = chance
        self._sources = {page.path: page for page in self.pages if page.lang == SOURCE}

    def lies(self) -> Iterator[Lie]:
        """Give every lie of every kind."""
        for page in self.pages:
            if page.lang == SOURCE:
                yield from self._on_the_page(page)
                yield from self._in_samples(page)
            else:
                yield from self._in_the_catalog(page)
        yield from self._everywhere()

    def _lines(self, path: str) -> list[str]:
        return _read(self.root / path)

    def catalog(self, page: str, lang: str) -> catalogs.Catalog | None:
        """Return the catalog of a page."""
        name = Path(page).relative_to("docs").with_suffix(".po")
        path = self.root / "locale" / lang / catalogs.FOLDER / name
        return _catalog(path, self.root) if path.is_file() else None

    def _on_the_page(self, page: Page) -> Iterator[Lie]:
        for number, line in _outside(self._lines(page.path)):
            for kind, way in PAGES.items():
                for new in way(line, self._chance):
                    edit = Edit(page.path, number, number, tuple(new))
                    yield Lie(kind, SOURCE, page.path, f"{line!r} became {new!r}", (edit,))

    def _in_samples(self, page: Page) -> Iterator[Lie]:
        for sample in page.samples:
            if sample.path == page.path:
                for kind, new in self._false(sample):
                    edit = _in_page(sample, new, self._lines(page.path))
                    yield Lie(kind, SOURCE, page.path, _said(sample.text, new), (edit,))

    def _false(self, sample: Sample) -> Iterator[tuple[str, str]]:
        """Give the texts of a sample with a line that is not so."""
        if sample.hidden or sample.norun is not None:
            return
        lines = sample.text.split("\n")
        for number, region in enumerate(regions(sample)):
            for kind, (where, way) in LINES.items():
                if region in where:
                    for new in way(lines[number], region, sample.language, self._chance):
                        text = "\n".join([*lines[:number], *new, *lines[number + 1 :]])
                        if text != sample.text:
                            yield f"{region}: {kind}", text

    def _in_the_catalog(self, page: Page) -> Iterator[Lie]:
        catalog = self.catalog(page.path, page.lang)
        if catalog is None:
            return
        blocks = {sample.message: sample for sample in page.samples}
        entries = [entry for entry in catalog.entries if entry.translated]
        for number, entry in enumerate(entries):
            sample, other = blocks.get(entry.msgid), entries[number - 1]
            if sample is None:
                found = self._false_translations(entry, page.lang)
            else:
                found = ((kind, new) for kind, new in self._false(sample))
            for kind, new in found:
                end = entry.msgstr[len(entry.msgstr.rstrip("\n")) :] if sample else ""
                edit = _msgstr(catalog, entry, new + end)
                yield Lie(kind, page.lang, page.path, _said(entry.msgstr, new + end), (edit,))
            fuzzy = Edit(catalog.path, entry.line, entry.line - 1, ("#, fuzzy",))
            yield Lie("message: fuzzy", page.lang, page.path, repr(entry.msgid), (fuzzy,))
            if sample is None and other.msgid not in blocks and other.msgstr != entry.msgstr:
                edits = (
                    _msgstr(catalog, entry, other.msgstr),
                    _msgstr(catalog, other, entry.msgstr),
                )
                said = f"{entry.msgstr!r} and {other.msgstr!r}"
                yield Lie("message: exchanged", page.lang, page.path, said, edits)
                yield Lie("message: of another", page.lang, page.path, said, edits[:1])

    def _false_translations(self, entry: catalogs.Entry, lang: str) -> Iterator[tuple[str, str]]:
        for kind, way in PROSE.items():
            yield from ((kind, new) for _, new in way(entry.msgstr, lang, self._chance))
        yield "message: empty", ""
        if entry.msgstr != entry.msgid:
            yield "message: English", entry.msgid

    def _everywhere(self) -> Iterator[Lie]:
        translations = [code for code in LANGUAGES if code != SOURCE]
        for page in self._sources.values():
            found = {code: self.catalog(page.path, code) for code in translations}
            if not all(found.values()):
                continue
            blocks = {sample.message: sample for sample in page.samples}
            here = next(filter(None, found.values()))
            for message in [entry.msgid for entry in here.entries if entry.translated]:
                entries = {c: k.find(message) if k else None for c, k in found.items()}
                place = self._place(page, blocks.get(message), message)
                if place is None or not all(entries.values()):
                    continue
                for kind, said, texts in self._alike(blocks.get(message), message, entries):
                    edits = [place(texts[SOURCE])]
                    for code, catalog in found.items():
                        entry = entries[code]
                        if catalog is not None and entry is not None:
                            edits.append(_msgid(catalog, entry, texts[SOURCE]))
                            edits.append(_msgstr(catalog, entry, texts[code]))
                            edits.append(self._seal(catalog, entry, texts[SOURCE]))
                    yield Lie(kind, EVERYWHERE, page.path, said, tuple(edits))

    def _seal(self, catalog: catalogs.Catalog, entry: catalogs.Entry, msgid: str) -> Edit:
        """Seal the catalog anew, as ``make update-po`` does for who runs it."""
        living = [one for one in catalog.entries if not one.obsolete]
        seal = catalogs.seal(msgid if one is entry else one.msgid for one in living)
        line = f'"X-Messages: {catalog.seal}\\n"'
        number = self._lines(catalog.path).index(line) + 1
        return Edit(catalog.path, number, number, (line.replace(catalog.seal, seal),))

    def _place(
        self, page: Page, sample: Sample | None, message: str
    ) -> Callable[[str], Edit] | None:
        """Return what writes another text where the page has a message, if it has it once."""
        lines = self._lines(page.path)
        if sample is not None:
            if sample.path != page.path or sample.hidden:
                return None
            return lambda new: _in_page(sample, new.rstrip("\n"), lines)
        whole = "\n".join(lines)
        said = list(re.finditer(r"\s+".join(map(re.escape, message.split())), whole))
        if len(said) != 1:
            return None
        first = whole.count("\n", 0, said[0].start())
        last = whole.count("\n", 0, said[0].end())
        begin = said[0].start() - whole.rfind("\n", 0, said[0].start()) - 1
        rest = whole[said[0].end() :].split("\n")[0]
        return lambda new: Edit(
            page.path, first + 1, last + 1, (lines[first][:begin] + new + rest,)
        )

    def _alike(
        self, sample: Sample | None, message: str, entries: dict[str, catalogs.Entry | None]
    ) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Give lies about a message with its text in each language."""
        told = {code: entry.msgstr for code, entry in entries.items() if entry is not None}
        if sample is not None:
            end = message[len(message.rstrip("\n")) :]
            for kind, new in self._false(replace(sample, text=message.rstrip("\n"))):
                texts = {code: _follow(message, new + end, text) for code, text in told.items()}
                if all(texts.values()):
                    yield kind, _said(message, new + end), {SOURCE: new + end, **texts}
            return
        for kind, way in PROSE.items():
            ways = {
                code: dict(way(text, code, random.Random(1)))  # noqa: S311 - a game.
                for code, text in {SOURCE: message, **told}.items()
            }
            for said, new in ways[SOURCE].items():
                if all(said in other for other in ways.values()):
                    texts = {code: other[said] for code, other in ways.items()}
                    yield kind, said or _said(message, new), texts


def files(root: Path, paths: Iterable[str], chance: random.Random) -> Iterator[Lie]:
    """Give the lies that can be told in files that are no pages."""
    for path in paths:
        for number, line in enumerate(_read(root / path), start=1):
            for kind, way in FILES.items():
                for new in way(line, path, chance):
                    edit = Edit(path, number, number, tuple(new))
                    yield Lie(kind, SOURCE, path, f"{line!r} became {new!r}", (edit,))


@functools.cache
def _read(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\n")


@functools.cache
def _catalog(path: Path, root: Path) -> catalogs.Catalog:
    return catalogs.read(path, root)


def _outside(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines of a page that are not the text of a block, with their numbers from one."""
    fence = ""
    for number, line in enumerate(lines, start=1):
        opening = re.match(r"\s*(`{3,}|~{3,})(?!\{(?:note|tip|warning|important)\})", line)
        if fence and line.strip() == fence:
            fence = ""
        elif not fence or line.startswith(":"):
            yield number, line
            if opening and not fence:
                fence = opening[1]


def _in_page(sample: Sample, new: str, lines: list[str]) -> Edit:
    first = sample.lines[0]
    own = lines[first - 1]
    indent = own[: len(own) - len(own.lstrip())] if not sample.text.startswith((" ", "\t")) else ""
    text = tuple(f"{indent}{line}" if line else "" for line in new.split("\n"))
    return Edit(sample.path, first, sample.lines[-1], text)


def _follow(old: str, new: str, translated: str) -> str:
    """Return a translated sample with the change of its original, if it has those lines."""
    here, there, lines = old.split("\n"), new.split("\n"), translated.split("\n")
    if len(here) != len(lines):
        return ""
    for kind, begin, end, to, until in reversed(
        difflib.SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    ):
        if kind != "equal":
            if lines[begin:end] != here[begin:end]:
                return ""
            lines[begin:end] = there[to:until]
    return "\n".join(lines)


def _msgstr(catalog: catalogs.Catalog, entry: catalogs.Entry, text: str) -> Edit:
    first, last = entry.pieces[0][0], entry.pieces[-1][0]
    return Edit(catalog.path, first, last, _quoted("msgstr", text))


def _msgid(catalog: catalogs.Catalog, entry: catalogs.Entry, text: str) -> Edit:
    return Edit(catalog.path, entry.line, entry.pieces[0][0] - 1, _quoted("msgid", text))


def _quoted(keyword: str, text: str) -> tuple[str, ...]:
    return tuple(f"{keyword} {normalize(text, width=WIDTH)}".split("\n"))


def _said(old: str, new: str) -> str:
    """Say what has changed in a text, with a few words around it."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = max(0, same - 20)
    return f"{old[start : len(old) - tail + 10]!r} became {new[start : len(new) - tail + 10]!r}"
