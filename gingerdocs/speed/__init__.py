"""The page that shows the last run of the benchmark."""
