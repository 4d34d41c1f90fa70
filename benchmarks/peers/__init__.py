"""One application per peer, all with the same pages.

Each module has `build(variant)`, which returns an ASGI application, and `LACKS`, which says why
the peer sits a workload out.
"""

VARIABLE = "BENCHMARK_PEER"
"""The environment variable that names the peer to a server."""
