"""The application that the servers import: that of the peer in the environment."""

from __future__ import annotations

import os
from importlib import import_module

from benchmarks.peers import VARIABLE
from benchmarks.workloads import PLAIN

application = import_module(f"benchmarks.peers.{os.environ[VARIABLE]}").build(PLAIN)
