import pytest

from gingerdocs.pages.search import SearchChinese, SearchEnglish, SearchPortuguese


def terms(language: type, text: str) -> list[str]:
    search = language({})
    return [search.stem(word) for word in search.split(text)]


def test_chinese_is_indexed_by_pairs() -> None:
    assert terms(SearchChinese, "部署应用") == ["部署", "署应", "应用"]


def test_a_single_chinese_character_is_a_word() -> None:
    assert terms(SearchChinese, "用 ASGI") == ["用", "asgi"]


def test_latin_words_among_chinese_stay_whole() -> None:
    assert terms(SearchChinese, "用ASGI部署 uvicorn") == ["用", "asgi", "部署", "uvicorn"]


def test_traditional_characters_meet_simplified_ones() -> None:
    traditional = "數據庫的異步應用與日誌：什麼請求可以查詢？"
    simplified = "数据库的异步应用与日志：什么请求可以查询？"
    assert terms(SearchChinese, traditional) == terms(SearchChinese, simplified)


@pytest.mark.parametrize("language", [SearchEnglish, SearchPortuguese, SearchChinese])
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SECURE_SSL_REDIRECT", "SECURE SSL REDIRECT"),
        ("get_asgi_application", "get asgi application"),
        ("WSGIRequestHandler", "WSGI Request Handler"),
    ],
)
def test_an_identifier_is_a_word_and_its_parts_are(language: type, text: str, parts: str) -> None:
    whole, *found = terms(language, text)
    assert found == terms(language, parts)
    assert terms(language, parts.replace(" ", "").lower()) == [whole]


@pytest.mark.parametrize("language", [SearchEnglish, SearchPortuguese, SearchChinese])
def test_numbers_and_full_width_forms_are_words(language: type) -> None:
    assert terms(language, "５０２ HTTP/2 ＡＳＧＩ") == ["502", "http", "2", "asgi"]


def test_english_endings_meet() -> None:
    assert len(set(terms(SearchEnglish, "deploy deploys deploying deployment naïve"))) == 2


def test_no_pair_reaches_over_punctuation() -> None:
    assert "用部" not in terms(SearchChinese, "应用。部署")


@pytest.mark.parametrize(
    "spellings",
    [
        "aplicação aplicacao APLICAÇÃO aplicac\u0327a\u0303o aplicações aplicacoes",
        "usuário usuario usuários usuarios",
        "referência referencia referências referencias",
        "disponível disponivel",
        "assíncrono assincrona assíncronas",
        "servidor servidores",
        "implantar implantação implantando implante implantações",
        "conexão conexões conexao conexoes",
        "mensagem mensagens",
        "nível níveis niveis",
        "confiável confiáveis confiaveis",
        "fácil fáceis faceis",
        "sinal sinais",
        "erro erros",
        "vez vezes",
        "log logs",
        "proxy proxies",
        "worker workers",
        "verificar verificação verifique",
    ],
)
def test_portuguese_spellings_of_a_word_meet(spellings: str) -> None:
    assert len(set(terms(SearchPortuguese, spellings))) == 1


def test_portuguese_words_that_differ_do_not_meet() -> None:
    assert len(set(terms(SearchPortuguese, "aplicação servidor implantar pasta"))) == 4


def test_the_small_words_of_portuguese_are_left_out() -> None:
    assert terms(SearchPortuguese, "de para com não nao") == []
