"""Signals: who is told, in which order, and what becomes of exceptions."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from typing import Any

import pytest

from gingerdj.dispatch import Signal, never_blocks, receiver


class Listener:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def hear(self, sender: Any, **named: Any) -> str:
        self.heard.append(sender)
        return "heard"


async def on_loop(**named: Any) -> str:
    await asyncio.sleep(0)
    return "on loop"


def in_thread(**named: Any) -> str:
    return "in thread"


def fails(**named: Any) -> None:
    raise KeyError("oh")


def test_each_receiver_is_told_in_order() -> None:
    signal = Signal()
    signal.connect(on_loop)
    signal.connect(in_thread)
    told = [(in_thread, "in thread"), (on_loop, "on loop")]
    assert signal.send(None) == told
    assert asyncio.run(signal.asend(None)) == told


def test_one_sender_alone() -> None:
    signal, listener = Signal(), Listener()
    signal.connect(listener.hear, sender=str)
    assert signal.has_listeners(str)
    assert not signal.has_listeners(int)
    signal.send(int)
    signal.send(str)
    assert listener.heard == [str]


def test_a_receiver_is_forgotten_with_its_owner() -> None:
    signal, listener = Signal(), Listener()
    signal.connect(listener.hear)
    assert signal.has_listeners()
    del listener
    gc.collect()
    assert not signal.has_listeners()


def test_a_strong_receiver_stays() -> None:
    signal, heard = Signal(), []

    def connect() -> None:
        def told(**named: Any) -> None:
            heard.append(1)

        signal.connect(told, weak=False)

    connect()
    gc.collect()
    signal.send(None)
    assert heard == [1]


def test_connecting_twice_counts_once() -> None:
    signal, listener = Signal(), Listener()
    signal.connect(listener.hear)
    signal.connect(listener.hear)
    signal.connect(in_thread, dispatch_uid="one")
    signal.connect(on_loop, dispatch_uid="one")
    assert len(signal.send(None)) == 2
    assert signal.disconnect(dispatch_uid="one")
    assert signal.disconnect(listener.hear)
    assert not signal.disconnect(listener.hear)
    assert signal.send(None) == []


def test_an_exception_ends_it_unless_it_is_robust(
    configure: Any, caplog: pytest.LogCaptureFixture
) -> None:
    configure()
    signal = Signal()
    signal.connect(fails)
    signal.connect(in_thread)
    with pytest.raises(KeyError):
        signal.send(None)
    with caplog.at_level(logging.ERROR, "gingerdj.dispatch"):
        (_, error), (_, told) = signal.send_robust(None)
        (_, other), _ = asyncio.run(signal.asend_robust(None))
    assert (type(error), type(other), told) == (KeyError, KeyError, "in thread")
    assert len(caplog.records) == 2


def test_sync_receivers_of_asend_leave_the_loop_free() -> None:
    signal, threads = Signal(), []

    def note(**named: Any) -> None:
        threads.append(threading.current_thread())

    signal.connect(note)
    asyncio.run(signal.asend(None))
    assert threads != [threading.main_thread()]


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [(7, TypeError, "must be callable"), (len, ValueError, "keyword arg")],
)
def test_what_is_no_receiver(wrong: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Signal().connect(wrong)


def test_receivers_can_be_put_aside() -> None:
    signal = Signal()
    assert signal.receivers == []
    signal.connect(listen := lambda **kwargs: "heard")
    aside, signal.receivers = signal.receivers, []
    assert (signal.send(None), len(aside)) == ([], 1)
    signal.receivers = aside
    assert signal.send(None) == [(listen, "heard")]


def test_the_decorator() -> None:
    first, second = Signal(), Signal()

    @receiver([first, second])
    def told(**named: Any) -> int:
        return 1

    assert first.send(None) == second.send(None) == [(told, 1)]


def test_receivers_that_never_block_need_no_thread() -> None:
    @never_blocks
    def quick(**named: Any) -> str:
        return threading.current_thread().name

    signal = Signal()
    signal.connect(quick)
    here = threading.current_thread().name
    assert asyncio.run(signal.asend(None)) == [(quick, here)]
    signal.connect(in_thread)
    responses = asyncio.run(signal.asend(None))
    assert [receiver for receiver, _ in responses] == [quick, in_thread]
    assert responses[0][1] != here
    assert signal.send(None) == [(quick, here), (in_thread, "in thread")]


def test_what_has_no_signature_is_taken_at_its_word() -> None:
    signal = Signal()
    signal.connect(dict, weak=False)
    assert signal.send(sender=None, a=1)[0][1] == {"signal": signal, "sender": None, "a": 1}
