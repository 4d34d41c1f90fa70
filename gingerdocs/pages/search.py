"""Words for the search, as readers type them.

Sphinx splits and stems the pages in Python and the reader's query in JavaScript; each class here
holds both halves, and a browser test compares them. Where the words stand is in the index of
``sections``, and ``theme/static/guide-search.js`` ranks what is found.
"""

import functools
import json
import re
import unicodedata
from itertools import pairwise

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.search.en import SearchEnglish as StockEnglish
from sphinx.search.pt import SearchPortuguese as StockPortuguese

_HAN = (
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U000323af"),
)
_PYTHON_HAN = "".join(f"{first}-{last}" for first, last in _HAN)
_JAVASCRIPT_HAN = "".join(rf"\u{{{ord(first):x}}}-\u{{{ord(last):x}}}" for first, last in _HAN)
_FIRST_ACCENT, _LAST_ACCENT = 0x300, 0x36F
_JOINT = "_+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
"""Where an identifier has a new part, in the regular expressions of both languages."""


class _Words(SearchLanguage):
    """Splits a text into words, and gives the spellings of a word one form.

    An identifier is a word without its underscores, and so are its parts. A Chinese run becomes
    the pairs of neighbouring characters, which needs no dictionary and misses nothing.
    """

    js_splitter_code = f"""
const han = "{_JAVASCRIPT_HAN}";
const hanFirst = new RegExp(`^[${{han}}]`, "u");
const runs = new RegExp(`[${{han}}]+|(?:(?![${{han}}])[\\\\p{{L}}\\\\p{{N}}_])+`, "gu");
const accents = /[\\u{{{_FIRST_ACCENT:x}}}-\\u{{{_LAST_ACCENT:x}}}_]/gu;
const foldWord = (word) => word.toLowerCase().normalize("NFD").replace(accents, "");
const splitIdentifier = (word) => word.split(/{_JOINT}/u).filter((part) => part.length > 1);
var splitQuery = (query) =>
  (query.normalize("NFKC").match(runs) || []).flatMap((run) => {{
    const characters = Array.from(run);
    if (!hanFirst.test(run) || characters.length === 1) return [run];
    return characters.slice(1).map((character, index) => characters[index] + character);
  }});
"""
    _run = re.compile(rf"[{_PYTHON_HAN}]+|(?:(?![{_PYTHON_HAN}])\w)+")
    _han = re.compile(f"[{_PYTHON_HAN}]")
    _joint = re.compile(_JOINT)

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        self._stem = functools.cache(self._stemmed)  # Once for all pages, not once for each.

    def split(self, input: str) -> list[str]:  # noqa: A002 (the base class has it)
        """Return the words of a text that count, each identifier as a whole and in parts."""
        words: list[str] = []
        for run in self._run.findall(unicodedata.normalize("NFKC", input)):
            if len(run) > 1 and self._han.match(run):
                words.extend(first + second for first, second in pairwise(run))
                continue
            words.append(run)
            parts = self._joint.split(run)
            if len(parts) > 1:
                words.extend(part for part in parts if len(part) > 1)
        return [word for word in words if word.lower() not in self.stopwords]

    def stem(self, word: str) -> str:
        """Return the term that stands for ``word`` in the index."""
        return self._stem(word)

    def _stemmed(self, word: str) -> str:
        return _fold(word)


_TRADITIONAL = (
    "專丟兩嚴個臨為義書亂於產僅從們價優會傳偽體餘側償儲關興養內冊寫衝決況凍準湊減幾憑"
    "擊劃則創刪別辦務動勵勞勢區醫協單佔卻廠歷壓廳參雙發變疊臺號聽啟員響圍園圖團場壞塊"
    "堅聲處備復夠頭夾實寬對尋導將嘗盡層屬歲幣帶幀幫並庫應廢開異棄張強歸當錄徑憶態總願"
    "戶執擴掃擾護報擔擬擁擇掛損換據攜數斷無舊時顯暫術機雜權條來構極標棧樹樣檔檢橫歡毀"
    "畢匯漢沒測淺瀏湧溫漸滿滾濾點熱猶狀獨環現電畫療鹽監蓋盤碼礎確離種積稱穩窮競筆篩簽"
    "簡類糧緊糾約級紀純綱納縱紙線組細織終紹經綁結繞繪給絡絕統繼績緒續維綜綴緩編縮網羅"
    "聯腦腳脫節範薦獲虛銜補裝見觀規視覽覺觸計訂認讓議訊記講許論設訪證評識訴詞譯試話該"
    "詳語誤說請諸讀課誰調談謝謹貝負責敗賬貨質購貫貼費資賦賴踐轉輪軟軸輕載較輔輯輸辭邊"
    "達遷過運還這進遠違連遲跡適選遞邏遺郵採釋裡針鐘鑰鉤鏈銷鎖錯鍵鏡長門閃閉問閒間閥閱"
    "隊陣階際難隨隱靜頁頂項順須顧頻題額顏風飾饋驅駛駐驗驟齊龍複後佈製係隻迴週羣綫啓爲"
    "裏與東麼誌遊潰洩註祕詢緻昇雲舉車億眾倉懸擋搶攔殺潔濟燈獎盜礙禦衛罰買賣軍農亞勝豐"
    "捨螢蘭襲慮驚惡戲橋樓滯髒藝藥藍蟲蝕鐵銀銳錢陸鮮麥黃貢財貿貴賞贏躍軌輛遙聞闊館"
)
_SIMPLIFIED = (
    "专丢两严个临为义书乱于产仅从们价优会传伪体余侧偿储关兴养内册写冲决况冻准凑减几凭"
    "击划则创删别办务动励劳势区医协单占却厂历压厅参双发变叠台号听启员响围园图团场坏块"
    "坚声处备复够头夹实宽对寻导将尝尽层属岁币带帧帮并库应废开异弃张强归当录径忆态总愿"
    "户执扩扫扰护报担拟拥择挂损换据携数断无旧时显暂术机杂权条来构极标栈树样档检横欢毁"
    "毕汇汉没测浅浏涌温渐满滚滤点热犹状独环现电画疗盐监盖盘码础确离种积称稳穷竞笔筛签"
    "简类粮紧纠约级纪纯纲纳纵纸线组细织终绍经绑结绕绘给络绝统继绩绪续维综缀缓编缩网罗"
    "联脑脚脱节范荐获虚衔补装见观规视览觉触计订认让议讯记讲许论设访证评识诉词译试话该"
    "详语误说请诸读课谁调谈谢谨贝负责败账货质购贯贴费资赋赖践转轮软轴轻载较辅辑输辞边"
    "达迁过运还这进远违连迟迹适选递逻遗邮采释里针钟钥钩链销锁错键镜长门闪闭问闲间阀阅"
    "队阵阶际难随隐静页顶项顺须顾频题额颜风饰馈驱驶驻验骤齐龙复后布制系只回周群线启为"
    "里与东么志游溃泄注秘询致升云举车亿众仓悬挡抢拦杀洁济灯奖盗碍御卫罚买卖军农亚胜丰"
    "舍荧兰袭虑惊恶戏桥楼滞脏艺药蓝虫蚀铁银锐钱陆鲜麦黄贡财贸贵赏赢跃轨辆遥闻阔馆"
)
_TO_SIMPLIFIED = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))


class SearchChinese(_Words):
    """Takes words as they are, for Chinese has no endings, in simplified characters."""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = f"""{_Words.js_splitter_code}
const simplified = {json.dumps(_TO_SIMPLIFIED, ensure_ascii=False)};
window.Stemmer = function () {{
  this.stemWord = (word) => foldWord(word).replace(/./gu, (one) => simplified[one] || one);
}};
"""

    def _stemmed(self, word: str) -> str:
        return "".join(_TO_SIMPLIFIED.get(one, one) for one in _fold(word))


class SearchEnglish(_Words, StockEnglish):
    """Stems words in their one spelling."""

    js_splitter_code = f"""{_Words.js_splitter_code}
const snowball = new EnglishStemmer();
window.Stemmer = function () {{
  this.stemWord = (word) => snowball.stemWord(foldWord(word));
}};
"""

    def _stemmed(self, word: str) -> str:
        stemmed: str = self.stemmer.stemWord(_fold(word))
        return stemmed


_SINGULARS = (
    ("[ao]es$", "ao"),
    ("ais$", "al"),
    ("ceis$", "cil"),
    ("eis$", "el"),
    ("(?<=..)ns$", "m"),
    ("(?<=[eo]r|[aeiou]z)es$", ""),
    ("ies$", "i"),
    ("(?<=..[aeobdgklrtw])s$", ""),
)
_ACCENTED = (
    ("cao$", "ção"),
    ("ao$", "ão"),
    ("encia$", "ência"),
    ("ancia$", "ância"),
    ("avel$", "ável"),
    ("ivel$", "ível"),
    ("que$", "car"),
    ("y$", "i"),
)
"""Endings as they are without accents, and as the stemmer knows them."""


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(
        character
        for character in decomposed
        if character != "_" and not _FIRST_ACCENT <= ord(character) <= _LAST_ACCENT
    )


class SearchPortuguese(_Words, StockPortuguese):
    """Finds a word however its accents are typed.

    Accents go before stemming, so that both spellings meet; the endings that the Snowball stemmer
    knows by their accents get them back, and plurals that it does not know become singulars first.
    """

    stopwords = frozenset({*StockPortuguese.stopwords, *map(_fold, StockPortuguese.stopwords)})
    js_splitter_code = f"""{_Words.js_splitter_code}
const endings = {json.dumps((_SINGULARS, _ACCENTED))}.map((kind) =>
  kind.map(([pattern, ending]) => [new RegExp(pattern), ending]));
const restoreEnding = (word) =>
  endings.reduce((form, kind) => {{
    const [pattern, ending] = kind.find(([pattern]) => pattern.test(form)) || [/$/, ""];
    return form.replace(pattern, ending);
  }}, word);
const snowball = new PortugueseStemmer();
window.Stemmer = function () {{
  this.stemWord = (word) => foldWord(snowball.stemWord(restoreEnding(foldWord(word))));
}};
"""

    def _stemmed(self, word: str) -> str:
        return _fold(self.stemmer.stemWord(_restore_ending(_fold(word))))


def _restore_ending(word: str) -> str:
    for endings in (_SINGULARS, _ACCENTED):
        for pattern, ending in endings:
            if re.search(pattern, word):
                word = re.sub(pattern, ending, word)
                break
    return word


def setup(app: Sphinx) -> None:
    """Give Sphinx our search classes in place of its own."""
    app.add_search_language(SearchEnglish)
    app.add_search_language(SearchChinese)
    app.add_search_language(SearchPortuguese)
