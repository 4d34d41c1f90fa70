"""Takes the samples, and what the checks need, from the pages that Sphinx has read."""
