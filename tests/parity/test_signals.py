"""Signals."""

from __future__ import annotations

from .both import compare

DIFFERENCES = {
    "Signal().connect(lambda sender: 1)": "what cannot be told is refused, with DEBUG or without",
}

HELPERS = '''
import gc

class Sender:
    pass

class Receiver:
    def __init__(self, result="r"):
        self.result = result
    def method(self, **kwargs):
        return self.result, sorted(kwargs)
    def __call__(self, signal, sender, **kwargs):
        return "called"
    async def amethod(self, **kwargs):
        return "amethod"

def one(sender, **kwargs):
    return "one", sorted(kwargs)

def two(signal, **kwargs):
    return "two", kwargs.get("value")

def failing(**kwargs):
    raise ValueError("failed")

async def three(**kwargs):
    return "three"

async def afailing(**kwargs):
    raise KeyError("afailed")

def results(responses):
    return [
        (getattr(each, "__name__", type(each).__name__),
         type(result).__name__ if isinstance(result, Exception) else result)
        for each, result in responses
    ]

def sent(connections, how="send", sender=None, use_caching=False, **named):
    """Connect receivers, send a signal, and return what came back."""
    signal = Signal(use_caching=use_caching)
    for receiver, options in connections:
        signal.connect(receiver, **options)
    if how.startswith("a"):
        return results(asyncio.run(getattr(signal, how)(sender=sender, **named)))
    return results(getattr(signal, how)(sender=sender, **named))

def steps(*does, use_caching=False):
    """Do one thing after the other with one signal; return what each gives."""
    signal, obj = Signal(use_caching), Sender()
    given = []
    for do in does:
        try:
            given.append(do(signal, obj))
        except Exception as error:
            given.append(type(error).__name__)
    return [
        results(each) if isinstance(each, list) and each and isinstance(each[0], tuple) else each
        for each in given
    ]
'''

CONNECTIONS = [
    "[]",
    "[(one, {})]",
    "[(one, {}), (two, {})]",
    "[(two, {}), (one, {}), (one, {})]",
    "[(one, {'sender': Sender}), (two, {})]",
    "[(one, {'dispatch_uid': 'a'}), (two, {'dispatch_uid': 'a'})]",
    "[(one, {'dispatch_uid': 'a', 'sender': Sender}), (two, {'dispatch_uid': 'a'})]",
    "[(one, {'weak': False}), (lambda **kwargs: 'weak', {}), (lambda **kwargs: 'kept', {'weak': False})]",
    "[(failing, {}), (one, {})]",
    "[(one, {}), (three, {}), (two, {})]",
    "[(three, {}), (afailing, {}), (one, {})]",
    "[(Receiver().method, {}), (Receiver(), {'weak': False}), (Receiver('x').method, {'weak': False})]",
    "[(Receiver().amethod, {'weak': False}), (three, {'sender': Sender})]",
    "[(one, {'sender': 'text'}), (two, {'sender': 5})]",
    "[(one, {'sender': None})]",
]
SENDERS = ["None", "Sender", "'text'", "5", "object()"]
STEPS = [
    [
        "s.has_listeners()",
        "s.connect(one)",
        "s.has_listeners()",
        "s.has_listeners(Sender)",
        "s.disconnect(one)",
        "s.has_listeners()",
    ],
    [
        "s.disconnect(one)",
        "s.connect(one, sender=o)",
        "s.disconnect(one)",
        "s.disconnect(one, sender=o)",
        "s.send(o)",
    ],
    [
        "s.connect(one, dispatch_uid='u')",
        "s.disconnect(one)",
        "s.disconnect(dispatch_uid='u')",
        "s.disconnect(dispatch_uid='u')",
    ],
    [
        "s.connect(one, sender=o)",
        "s.has_listeners(o)",
        "s.has_listeners(Sender)",
        "s.send(o, value=1)",
        "s.send(Sender)",
        "s.send(None)",
    ],
    ["s.connect(Receiver().method)", "gc.collect() * 0", "s.send(None)", "s.has_listeners()"],
    [
        "s.connect(lambda **kwargs: s.disconnect(one), weak=False)",
        "s.connect(one)",
        "s.send(None)[1:]",
        "s.send(None)",
    ],
    [
        "s.connect(one)",
        "len(s.receivers)",
        "s.connect(two, dispatch_uid=1)",
        "len(s.receivers)",
        "s.disconnect(one)",
        "len(s.receivers)",
    ],
    ["s.receivers == []", "s.use_caching"],
    ["s.connect(one)", "s.send()", "s.send('x', 'y')"],
    [
        "receiver(s)(one) is one",
        "s.send(None)",
        "receiver([s, Signal()], sender=o)(two) is two",
        "s.send(o)",
    ],
    [
        "receiver(s, nope=1)(one)",
        "receiver((s,), dispatch_uid='x')(one) is one",
        "s.disconnect(dispatch_uid='x')",
    ],
]
EXPRESSIONS = [
    *(
        f"sent({connections}, {how!r}, sender={sender}, value=1, use_caching={caching})"
        for connections in CONNECTIONS
        for how in ("send", "send_robust", "asend", "asend_robust")
        for sender in SENDERS
        for caching in (False, True)
        if not (caching and sender in ("None", "'text'", "5", "object()"))
    ),
    *(
        f"steps({', '.join(f'lambda s, o: {each}' for each in step)}, use_caching={caching})"
        for step in STEPS
        for caching in (False, True)
        # Django's caching needs senders that can be referred to weakly.
        if not (caching and any("None" in each or "has_listeners()" in each for each in step))
    ),
]


def test_same() -> None:
    compare(["dispatch"], EXPRESSIONS, DIFFERENCES, HELPERS)
