"""Takes the samples from the pages, runs them, and shows the proof."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
"""The checkout."""
