"""Lazy values, and properties computed late."""

from __future__ import annotations

from .both import compare, listed


class Point:
    def __init__(self, x: int = 1) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and other.x == self.x

    def __hash__(self) -> int:
        return 42

    def __repr__(self) -> str:
        return f"Point({self.x})"

    def moved(self) -> Point:
        return Point(self.x + 1)


DIFFERENCES = {
    "type('A', (), {'p': classproperty()}).p": "hasattr() may be asked about it",
    "lazy(lambda: Point, type)()()": "what is promised to be callable can be called",
}

LAZY = [
    "lazystr('b')",
    "lazy(lambda: 'é', str, bytes)()",
    "lazy(lambda: b'b', bytes)()",
    "lazy(lambda x, y=2: x + y, int)(3)",
    "lazy(lambda: [1, 2], list)()",
    "lazy(lambda: {'a': 1}, dict)()",
    "lazy(lambda: (1,), tuple)()",
    "lazy(lambda: Point(), Point)()",
    "lazy(lambda: 'z')()",
]
SIMPLE = [
    f"SimpleLazyObject(lambda: {made})"
    for made in ("Point()", "'s'", "5", "[1, 2]", "{'a': 1}", "None", "b'x'", "(3,)")
]
USES = """
x + 'a'; 'a' + x; x + x; x + 1; 1 + x; x % (); '%s' % x; x * 2; 2 * x; -x; abs(x); x // 2; x | x
x == x; x == 'b'; 'b' == x; x != 'b'; x == [1, 2]; x < 'c'; x > 'c'; x <= x; x >= x; x is x
hash(x); str(x); repr(str(x)); bytes(x); len(x); list(x); bool(x); int(x); x[0]; x[0:1]; 'b' in x
x in ['b']; f'{x}'; f'{x:>3}'; format(x, ''); x.upper(); x.encode(); x.keys(); x['a']; dict(x)
set(x); x.nope; x.moved(); x.__class__ is type(x); isinstance(x, Promise); isinstance(x, str)
isinstance(x, LazyObject); isinstance(x, Point); copy.copy(x) == x; copy.deepcopy(x) == x
''.join(x); '-'.join([str(x)]); x.join(['a', 'b']); {x: 1}[x]; next(iter(x)); reversed(x)
sorted([x, x]); x == lazystr('b'); x < lazystr('c'); lazystr('a') + x; operator.index(x)
range(x); round(x); divmod(x, 2); x ** 2; x << 1; hasattr(x, 'nope'); x.x; x()
setattr(x, 'y', 9), x.y; delattr(x, 'x'), x.x; dir(x) == dir(x); x.append(3), x; x.sort()
operator.setitem(x, 0, 5), x[0]; operator.setitem(x, 'b', 2), x; operator.delitem(x, 0), x
(str(x), copy.copy(x)); type(copy.copy(x)) is type(x); type(copy.deepcopy(x)) is type(x)
(str(x), type(copy.copy(x)) is type(x)); (str(x), type(copy.deepcopy(x)) is type(x))
(str(x), repr(x)); copy.copy(x) is x; issubclass(x.__class__, int)
"""
OF_CLASS = """
A().v; (lambda a: (a.v, a.v, a.n))(A()); A.v.__doc__; A.v.name; type(A.v).__name__; A.w.name
(lambda a: (setattr(a, 'v', 9), a.v))(A()); (lambda a: (a.v, delattr(a, 'v'), a.v))(A())
A().w; 'v' in vars(A()); type('B', (A,), {})().v; delattr(A(), 'v'); A.v is A.__dict__['v']
A.p; A().p; type('B', (A,), {'m': 9}).p; A.q; cached_property(lambda self: 1).__get__(A())
setattr(A, 'z', cached_property(lambda self: 1)), A().z
type('B', (), {'a': A.v, 'b': A.v}); type('B', (), {'v': A.v})().v
"""
OF_LAZY_OBJECT = """
L().x; L() == Point(3); hash(L()); copy.copy(L()); type(copy.copy(L())).__name__
type(copy.deepcopy(L())).__name__; (lambda l: (l.x, type(copy.copy(l)).__name__))(L())
delattr(L(), '_wrapped'); L()(); len(L()); iter(L()); L()[0]; L() < L(); L() + 1; 'a' in L()
(lambda l: (setattr(l, 'z', 2), l.z, l._wrapped.z))(L()); L().__class__; L()._wrapped is empty
LazyObject().x; LazyObject()._setup(); bool(L()); str(L()); dir(L()) == dir(Point(3))
"""
OF_KEEP_LAZY = """
f('x'); str(f(lazystr('x'))); isinstance(f(lazystr('x')), Promise); f.__name__; f.__doc__
isinstance(f('x', b=lazystr('y')), Promise); f([lazystr('x')]); f('x', c=1); f(1)
"""


CLASS = """
class A:
    n = m = 0
    @cached_property
    def v(self):
        'doc'
        self.n += 1
        return self.n
    def __w(self):
        return 7
    w = cached_property(__w)
    @classproperty
    def p(cls):
        return cls.m
    q = classproperty()
    @q.getter
    def q(cls):
        return cls.m + 1
"""
LAZY_OBJECT = """
class L(LazyObject):
    def _setup(self):
        self._wrapped = Point(3)
"""


def made(source: str, name: str) -> str:
    """Return an expression for what statements define, in the expression's own scope."""
    return f"(lambda scope: (exec({source!r}, scope), scope[{name!r}])[1])(dict(globals()))"


EXPRESSIONS = [
    *(f"(lambda x: ({use}))({value})" for value in LAZY + SIMPLE for use in listed(USES)),
    *(f"(lambda A: ({use}))({made(CLASS, 'A')})" for use in listed(OF_CLASS)),
    *(f"(lambda L: ({use}))({made(LAZY_OBJECT, 'L')})" for use in listed(OF_LAZY_OBJECT)),
    *(
        f"(lambda f: ({use}))({made(f'@{decorator}{chr(10)}def f(a, b=1):{chr(10)} return a', 'f')})"
        for decorator in ("keep_lazy(str)", "keep_lazy_text", "keep_lazy(str, bytes)")
        for use in listed(OF_KEEP_LAZY)
    ),
    *(
        f"pickle.loads(pickle.dumps({value}))"
        for value in (
            "lazystr('b')",
            "lazy(int, int)('5')",
            "SimpleLazyObject(list)",
            "SimpleLazyObject(Point)",
        )
    ),
    "keep_lazy()",
    "lazy(len, int).__name__, lazy(len, int).__doc__ == len.__doc__",
    "(lambda calls: (lambda x: (str(x), str(x), len(calls)))(lazy(calls.append, str)(1)))([])",
    "repr(SimpleLazyObject(int))",
    "repr(SimpleLazyObject(lambda: 1 / 0))[:18]",
    "str(SimpleLazyObject(lambda: 1 / 0))",
]


def test_same() -> None:
    compare(["utils.functional"], EXPRESSIONS, DIFFERENCES, Point=Point)
