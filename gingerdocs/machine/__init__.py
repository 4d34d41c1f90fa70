"""What the machine must have: the environment, Debian packages, other programs."""
