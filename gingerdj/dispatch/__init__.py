"""Signals: senders that do not know who listens."""

from gingerdj.dispatch.dispatcher import Signal, never_blocks, receiver

__all__ = ["Signal", "never_blocks", "receiver"]
