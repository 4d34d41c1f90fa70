"""Runs samples as their readers would. A proof holds as long as this code stays as it is."""
