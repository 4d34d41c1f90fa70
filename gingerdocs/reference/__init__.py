"""The reference pages: what the code says of itself, read once, shown in each language."""
