"""Lies in prose: functions of a text, which turn its words round."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

Way = tuple[str, str]
"""What is turned round, the same in every language, and the text that says the contrary."""

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


def denied(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _plain_places(text, re.compile(_DENIED[lang][0], re.IGNORECASE))
    if said:
        found = said[0]
        yield "", text[: found.start()] + found.expand(_DENIED[lang][1]) + text[found.end() :]


def admitted(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    said = _plain_places(text, re.compile(_DENIALS[lang], re.IGNORECASE))
    if said:
        yield "", text[: said[0].start()] + text[said[0].end() :]


def turned(text: str, lang: str, _chance: random.Random) -> Iterator[Way]:
    for pair in _OPPOSITES:
        for old, new in (pair[lang], pair[lang][::-1]):
            spaced = re.escape(old) if lang == "zh" else rf"\b{re.escape(old)}\b"
            for found in _plain_places(text, re.compile(spaced))[:1]:
                way = f"{pair['en'][old == pair[lang][1]]} turned round"
                yield way, text[: found.start()] + new + text[found.end() :]


def counted(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
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
    return _swapped(text, [pair for pair in pairwise(said) if pair[0][0][0] == pair[1][0][0]])


def _names_swapped(text: str, _lang: str, _chance: random.Random) -> Iterator[Way]:
    names = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]*[A-Z](?![A-Za-z])")
    return _swapped(text, pairwise(_plain_places(text, names)))


def _swapped(text: str, pairs: Iterable[tuple[re.Match[str], re.Match[str]]]) -> Iterator[Way]:
    for one, other in pairs:
        if one[0] != other[0]:
            between = text[one.end() : other.start()]
            new = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
            yield f"{one[0]} and {other[0]} change places", new


def literal_misspelt(text: str, _lang: str, chance: random.Random) -> Iterator[Way]:
    for found in re.finditer(r"`([^`]+)`|\]\(([^)]+)\)|\{\w+\}`([^`]+)`", text):
        group = found.lastindex or 0
        if re.search(r"[^\W_]", found[group]):
            new = misspelt(found[group], chance)
            changed = text[: found.start(group)] + new + text[found.end(group) :]
            yield f"{found[group]} became {new}", changed


PROSE: dict[str, Callable[[str, str, random.Random], Iterator[Way]]] = {
    "prose: denied": denied,
    "prose: denial out": admitted,
    "prose: opposite": turned,
    "prose: number": counted,
    "prose: sentence out": _sentence_out,
    "prose: sentences swapped": _sentences_swapped,
    "prose: clause out": _clause_out,
    "prose: literals swapped": _literals_swapped,
    "prose: names swapped": _names_swapped,
    "prose: literal or link": literal_misspelt,
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
