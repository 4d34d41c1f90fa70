"""Signals: senders that do not know who listens."""

from gingerdj.dispatch.dispatcher import Signal, receiver

__all__ = ["Signal", "receiver"]
