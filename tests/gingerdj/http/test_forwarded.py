"""What proxies say, and whom to believe."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core.exceptions import BadRequest, ImproperlyConfigured
from gingerdj.http.forwarded import HEADERS, Client, TrustedProxies, parse_forwarded

PEER = "10.0.0.1"
NETWORKS = ["10.0.0.0/8", "2001:db8::/32"]
X_FORWARDED = [name for name in HEADERS if name != "Forwarded"]


def read(
    headers: dict[str, str],
    *,
    peer: str | None = PEER,
    proxies: Any = NETWORKS,
    trusted: Any = None,
    hops: int | None = None,
) -> Client:
    """Read headers that all are trusted: Forwarded if it is among them, or else the others."""
    names = trusted or (["Forwarded"] if "Forwarded" in headers else X_FORWARDED)
    meta = {HEADERS[name]: value for name, value in headers.items()}
    if peer is not None:
        meta["REMOTE_ADDR"] = peer
    return TrustedProxies(proxies, names, hops).read(meta)


@pytest.mark.parametrize(
    ("proxies", "peer", "trusted"),
    [
        (["10.0.0.1"], "10.0.0.1", True),
        (["10.0.0.1"], "10.0.0.2", False),
        (["10.0.0.0/8"], "10.255.0.9", True),
        (["10.0.0.0/8"], "::ffff:10.0.0.9", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["2001:db8::/32"], "2001:DB8:0::1", True),
        (["fe80::/10"], "fe80::1%eth0", True),
        (["2001:db8::/32"], "10.0.0.1", False),
        (["unix"], "", True),
        (["unix"], None, True),
        (["unix"], "127.0.0.1", False),
        (["127.0.0.1"], "", False),
        (["127.0.0.1"], None, False),
        (["127.0.0.1", "unix"], None, True),
        (["127.0.0.1"], "localhost", False),
        ([], "127.0.0.1", False),
        (("127.0.0.1",), "127.0.0.1", True),
    ],
)
def test_whose_word_counts(proxies: Any, peer: str | None, trusted: bool) -> None:
    found = read({"X-Forwarded-For": "192.0.2.7"}, proxies=proxies, peer=peer)
    assert found.address == ("192.0.2.7" if trusted else None)


@pytest.mark.parametrize(
    ("chain", "hops", "client"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        # What the client has sent itself stands to the left, and does not count.
        ("6.6.6.6, 192.0.2.7", None, "192.0.2.7"),
        ("10.9.9.9, 192.0.2.7", None, "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7, 10.0.0.2", None, "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7, 2001:db8::5, 10.0.0.2", None, "192.0.2.7"),
        ("6.6.6.6,192.0.2.7,10.0.0.2", None, "192.0.2.7"),
        ("6.6.6.6, , 192.0.2.7, ,10.0.0.2,", None, "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", None, "10.0.0.3"),
        ("6.6.6.6, unknown, 10.0.0.2", None, None),
        ("garbage!, 192.0.2.7", None, "192.0.2.7"),
        # A number of proxies counts whatever their addresses are.
        ("6.6.6.6, 192.0.2.7, 198.51.100.1", 2, "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7", 1, "192.0.2.7"),
        ("10.0.0.3, 10.0.0.2", 1, "10.0.0.2"),
        ("192.0.2.7", 2, "192.0.2.7"),
        ("", None, None),
        (" , ,", None, None),
        ("", 3, None),
    ],
)
def test_the_client_is_found_from_the_right(
    chain: str, hops: int | None, client: str | None
) -> None:
    assert read({"X-Forwarded-For": chain}, hops=hops).address == client


def test_forwarded_is_counted_from_the_right_as_well() -> None:
    header = "for=6.6.6.6;proto=http, for=192.0.2.7;proto=https;host=a.example, for=10.0.0.2"
    assert read({"Forwarded": header}) == Client("192.0.2.7", None, "https", "a.example")
    assert read({"Forwarded": header}, hops=1) == Client("10.0.0.2")
    assert read({"Forwarded": "proto=https"}) == Client(scheme="https")
    assert read({"Forwarded": "for=192.0.2.7, proto=https"}) == Client(scheme="https")
    assert read({"Forwarded": ""}) == Client()


def test_hops_over_unix_sockets_are_proxies_if_these_are_trusted() -> None:
    chain = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7, unix:, unix:"}
    assert read(chain, peer="", proxies=["unix"]).address == "192.0.2.7"
    assert read(chain, proxies=NETWORKS).address is None
    assert read({"X-Forwarded-For": "unix:"}, peer="", proxies=["unix"]).address is None


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("192.0.2.7", "192.0.2.7", None),
        ("192.0.2.7:4711", "192.0.2.7", 4711),
        ("192.0.2.7:_web", "192.0.2.7", None),
        ("[2001:DB8::0:1]", "2001:db8::1", None),
        ("[2001:db8::1]:4711", "2001:db8::1", 4711),
        ("2001:db8::1", "2001:db8::1", None),
        ("::ffff:192.0.2.7", "192.0.2.7", None),
        ("unknown", None, None),
        ("Unknown:80", None, 80),
        ("_hidden", None, None),
        ("_SEVKISEK.a-b", None, None),
    ],
)
def test_addresses(header: str, text: str, address: str | None, port: int | None) -> None:
    value = f'for="{text}"' if header == "Forwarded" else text
    found = read({header: value})
    assert (found.address, found.address_port) == (address, port)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Forwarded-For", "example.com"),
        ("X-Forwarded-For", "192.0.2.7:99999"),
        ("X-Forwarded-For", "192.0.2.7:"),
        ("X-Forwarded-For", "192.0.2.256"),
        ("X-Forwarded-For", "192.0.2.07"),
        ("X-Forwarded-For", "[192.0.2.7]"),
        ("X-Forwarded-For", "[::1"),
        ("X-Forwarded-For", "[::1]80"),
        ("X-Forwarded-For", "fe80::1%<script>"),
        ("X-Forwarded-For", "_"),
        ("X-Forwarded-For", "_" + "x" * 100),
        ("X-Forwarded-For", "١٩٢.0.2.7"),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Proto", "https http"),
        ("X-Forwarded-Host", "a.example/path"),
        ("X-Forwarded-Host", "user@a.example"),
        ("X-Forwarded-Port", "0"),
        ("X-Forwarded-Port", "65536"),
        ("X-Forwarded-Port", "-1"),
        ("X-Forwarded-Port", "٨٠"),
        ("X-Forwarded-Port", "9" * 5000),
        ("X-Forwarded-Prefix", "//evil.example"),
        ("X-Forwarded-Prefix", "/app//evil"),
        ("X-Forwarded-Prefix", "app"),
        ("X-Forwarded-Prefix", "/a\\b"),
        ("X-Forwarded-Prefix", "/a b"),
        ("X-Forwarded-Prefix", "/a?b"),
        ("Forwarded", "for"),
        ("Forwarded", "for="),
        ("Forwarded", 'for=""'),
        ("Forwarded", "for=a.example"),
        ("Forwarded", 'for="192.0.2.7'),
        ("Forwarded", "for=192.0.2.7;for=192.0.2.8"),
        ("Forwarded", "for=192.0.2.7 proto=https"),
        ("Forwarded", "for=192.0.2.7;proto=ftp"),
        ("Forwarded", 'for="x, for=192.0.2.7'),
        ("Forwarded", 'for="x, for="[2001:db8::9]";proto=https'),
    ],
)
def test_what_is_malformed_is_the_requests_fault(header: str, value: str) -> None:
    with pytest.raises(BadRequest, match="A trusted proxy sent a malformed"):
        read({header: value})
    assert read({header: value}, peer="192.0.2.7") == Client()


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({"X-Forwarded-Proto": "https"}, Client(scheme="https")),
        ({"X-Forwarded-Proto": "WSS"}, Client(scheme="https")),
        ({"X-Forwarded-Proto": "http, https"}, Client(scheme="https")),
        ({"X-Forwarded-Host": "a.example:8443"}, Client(host="a.example:8443")),
        ({"X-Forwarded-Port": "8443"}, Client(port=8443)),
        ({"X-Forwarded-Prefix": "/app/v1/"}, Client(prefix="/app/v1")),
        ({"X-Forwarded-Prefix": "/"}, Client(prefix="")),
        # Two proxies: what the outer one said, if the inner one has kept it.
        (
            {"X-Forwarded-For": "192.0.2.7, 10.0.0.2", "X-Forwarded-Proto": "https, http"},
            Client("192.0.2.7", scheme="https"),
        ),
        (
            {"X-Forwarded-For": "192.0.2.7, 10.0.0.2", "X-Forwarded-Proto": "x, https, http"},
            Client("192.0.2.7", scheme="https"),
        ),
        (
            {"X-Forwarded-For": "192.0.2.7, 10.0.0.2", "X-Forwarded-Proto": "https"},
            Client("192.0.2.7", scheme="https"),
        ),
    ],
)
def test_what_else_is_said(headers: dict[str, str], client: Client) -> None:
    assert read(headers) == client


def test_headers_that_the_proxies_do_not_set_are_not_read() -> None:
    headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "evil.example"}
    assert read(headers, trusted=["X-Forwarded-For"]) == Client("192.0.2.7")


@pytest.mark.parametrize(
    ("header", "elements"),
    [
        (
            'For="[2001:db8::1]:80";BY=_x , proto=https',
            [{"for": "[2001:db8::1]:80", "by": "_x"}, {"proto": "https"}],
        ),
        (r'host="a\".example"', [{"host": 'a".example'}]),
        ("for=1.2.3.4:80;;", [{"for": "1.2.3.4:80"}]),
        (", ,for=_a,", [{"for": "_a"}]),
        ('ext="a, b; c=d";for=_a', [{"ext": "a, b; c=d", "for": "_a"}]),
    ],
)
def test_elements_of_forwarded(header: str, elements: list[dict[str, str]]) -> None:
    assert parse_forwarded(header) == elements


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"proxies": ["*"]}, r"'\*' of TRUSTED_PROXIES trusts everybody"),
        ({"proxies": ["0.0.0.0/0"]}, "trusts everybody"),
        ({"proxies": ["::/0"]}, "trusts everybody"),
        ({"proxies": ["10.0.0.1/8"]}, "'10.0.0.1/8' of TRUSTED_PROXIES is no address.*host bits"),
        ({"proxies": ["proxy.example"]}, "'proxy.example' of TRUSTED_PROXIES is no address"),
        ({"proxies": [7]}, "7 of TRUSTED_PROXIES is no address.*it is not a string"),
        ({"trusted": ["X-Real-IP"]}, "'X-Real-IP' of TRUSTED_PROXY_HEADERS is none of X-Forwarded"),
        ({"trusted": ["Forwarded", "X-Forwarded-For"]}, "names Forwarded and others"),
        ({"hops": 0}, "TRUSTED_PROXY_HOPS must be a number of proxies"),
        ({"hops": "2"}, "TRUSTED_PROXY_HOPS must be a number of proxies.*not '2'"),
    ],
)
def test_wrong_settings(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=problem):
        read({}, **options)


pieces = st.sampled_from(
    [
        *',;="\\[]:. _-%/',
        "for",
        "proto",
        "host",
        "https",
        "192.0.2.7",
        "10.0.0.2",
        "[::1]",
        "unknown",
    ]
)
values = st.lists(pieces | st.characters(max_codepoint=255), max_size=30).map("".join)


@given(st.dictionaries(st.sampled_from(list(HEADERS)), values), st.none() | st.integers(1, 3))
def test_nothing_but_bad_request_comes_of_bad_headers(
    headers: dict[str, str], hops: int | None
) -> None:
    for trusted in (X_FORWARDED, ["Forwarded"]):
        try:
            found = read(headers, trusted=trusted, hops=hops)
        except BadRequest:
            continue
        assert found.scheme in (None, "http", "https")
        assert not (found.prefix or "").startswith("//")
        assert "%" not in (found.address or "")


@pytest.mark.parametrize(
    ("header", "value", "client"),
    [
        ("X-Forwarded-For", "10.0.0.2, " * 20_000, Client("10.0.0.2")),
        ("X-Forwarded-For", "," * 300_000, Client()),
        ("Forwarded", "for=10.0.0.2, " * 20_000, Client("10.0.0.2")),
        ("Forwarded", "," * 300_000, Client()),
        ("Forwarded", " " * 300_000, Client()),
        ("Forwarded", 'for="' + "\\a" * 150_000, None),
        ("Forwarded", "a=b" + " " * 300_000 + "c", None),
    ],
    ids=range(7),
)
def test_headers_of_any_length_come_to_an_end(
    header: str, value: str, client: Client | None
) -> None:
    if client is None:
        with pytest.raises(BadRequest):
            read({header: value})
    else:
        assert read({header: value}) == client


@pytest.mark.parametrize("trusted", [["Forwarded"] * 2, ["X-Forwarded-For"] * 2])
def test_a_header_that_is_named_twice_is_read_once(trusted: list[str]) -> None:
    headers = {"Forwarded": "for=192.0.2.7", "X-Forwarded-For": "192.0.2.7"}
    assert read(headers, trusted=trusted).address == "192.0.2.7"


def test_the_same_headers_are_refused_again() -> None:
    proxies = TrustedProxies(NETWORKS, ["X-Forwarded-Proto"], None)
    for proto, expected in [
        ("https", "https"),
        ("gopher", None),
        ("gopher", None),
        ("http", "http"),
    ]:
        meta = {"REMOTE_ADDR": PEER, "HTTP_X_FORWARDED_PROTO": proto}
        if expected is None:
            with pytest.raises(BadRequest):
                proxies.read(meta)
        else:
            assert proxies.read(meta).scheme == expected
