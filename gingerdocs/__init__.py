"""Takes the samples from the pages, runs them, and shows the proof."""
