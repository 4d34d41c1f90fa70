"""Layers between the server and the views."""
