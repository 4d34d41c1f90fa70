"""An HTTP and ASGI core with Django's public interface."""

__version__ = "1.0.dev0"
