"""Every answer is checked: a peer that lies is found out, and named."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import in_process
from benchmarks.peers import bare
from benchmarks.peers.django_interface import STARTPROJECT
from benchmarks.process import ROOT, BenchError, Worker, installed
from benchmarks.results import Figure
from benchmarks.workloads import PLAIN, Variant, workloads
from gingerdj.core.management import call_command

LIARS = "tests.benchmarks.liars"
PLAINTEXT = workloads()["plaintext"]


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ("status", "status 404 instead of 200: 'Hello, World!'"),
        ("type", "content type text/html instead of text/plain"),
        ("length", "content length 14 for a body of 13 bytes"),
        ("body", "a body of 13 bytes that is wrong: 'Hello, Wurld!'"),
        ("end", "the body has no end"),
        ("raises", "ValueError: no http here"),
    ],
)
def test_a_wrong_answer_names_the_peer_and_the_workload(lie: str, words: str) -> None:
    with Worker("liar", Variant(middleware=lie), LIARS) as worker:
        worker.wait_until_ready()
        with pytest.raises(BenchError) as caught:
            in_process.take_turns([worker], PLAINTEXT, rounds=1)
    assert str(caught.value).startswith("liar, plaintext:")
    assert words in str(caught.value)


def test_a_right_answer_is_timed() -> None:
    with Worker("liar", Variant(middleware="none"), LIARS) as worker:
        worker.wait_until_ready()
        (values,) = in_process.take_turns([worker], PLAINTEXT, rounds=2).values()
    assert len(values) == 2
    assert min(values) > 0


@pytest.mark.parametrize("rounds", [1, in_process.DRAWS - 1, in_process.DRAWS, 16])
def test_each_round_is_one_of_a_draw(rounds: int) -> None:
    dealt = in_process.deal(rounds)
    assert sum(dealt) == rounds
    assert len(dealt) == min(rounds, in_process.DRAWS)
    assert max(dealt) - min(dealt) <= 1


def test_a_row_counts_the_repeats_of_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = iter(range(1, 100))

    def one_more(workers: Sequence[Worker], *_: object) -> dict[str, list[float]]:
        return {worker.peer: [float(next(spent))] for worker in workers}

    monkeypatch.setattr(in_process, "take_turns", one_more)
    (row,) = in_process.rows(["bare"], [PLAINTEXT], {"bare": {}}, in_process.DRAWS)
    assert row.figures == {"bare": Figure(1.0, (1 + in_process.DRAWS) / 2)}


def test_a_peer_whose_process_ends_is_named() -> None:
    with Worker("nobody", PLAIN, LIARS) as worker, pytest.raises(BenchError, match="nobody, its"):
        worker.wait_until_ready()


@pytest.mark.parametrize("peer", ["bare", "gingerdj", "django"])
def test_these_peers_answer_every_workload_rightly(peer: str) -> None:
    lacks = bare.LACKS if peer == "bare" else {}
    chosen = [w for w in workloads().values() if w.name not in lacks]
    assert len(chosen) >= 16
    for variant in dict.fromkeys(w.variant for w in chosen):
        with Worker(peer, variant) as worker:
            worker.wait_until_ready()
            for workload in chosen:
                if workload.variant == variant:
                    worker.check(workload)


def test_a_peer_that_never_answers_is_named() -> None:
    with Worker("liar", Variant(middleware="silent"), LIARS) as worker:
        worker.wait_until_ready()
        worker.patience = 0.1
        with pytest.raises(BenchError, match=r"liar, plaintext: no answer for 0\.1 s"):
            worker.check(PLAINTEXT)


def test_a_peer_that_is_not_installed_is_named() -> None:
    with pytest.raises(BenchError, match="no_such_peer is not installed"):
        installed(["bare", "no_such_peer"])


def test_a_fresh_process_and_waiting_requests_have_figures() -> None:
    time, memory = in_process.start_up(["bare"], rounds=1)
    waiting = in_process.in_flight(["bare"], rounds=1)
    assert time.figures["bare"].best > 0
    assert 1 < memory.figures["bare"].best < 1000
    assert 100 < waiting.figures["bare"].best < 100_000


def test_a_peer_sits_out_what_it_lacks() -> None:
    chosen = [PLAINTEXT, workloads()["startproject"]]
    lacks = {"bare": bare.LACKS}
    plain, startproject = in_process.rows(["bare"], chosen, lacks, rounds=1)
    assert list(plain.figures) == ["bare"]
    assert startproject.figures == {}


def test_the_list_of_startproject_is_what_startproject_writes(tmp_path: Path) -> None:
    call_command("startproject", "fresh", str(tmp_path))
    fresh = runpy.run_path(str(tmp_path / "fresh" / "settings.py"))
    assert [f"gingerdj.{name}" for name in STARTPROJECT] == fresh["MIDDLEWARE"]


@pytest.mark.parametrize("hops", [True, False])
def test_django_without_hops_stays_in_one_thread(hops: bool) -> None:
    code = (
        "import asyncio, threading\n"
        "from benchmarks.driver import Driver\n"
        "from benchmarks.peers.django import build\n"
        "from benchmarks.workloads import Variant, Workload\n"
        f"driver = Driver(build(Variant(hops={hops})))\n"
        "started = []\n"
        "threading.setprofile(lambda *_: started.append(threading.current_thread().name))\n"
        "asyncio.run(driver.ask(Workload('hello', 'hello')))\n"
        "print(len(set(started)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (int(done.stdout) > 0) is hops
