"""Compares the core with its peers, workload by workload (``make bench``)."""
