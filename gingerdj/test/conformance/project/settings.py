"""Settings of the project, for tests alone: its key is no secret."""

__all__ = ()

SECRET_KEY = "The conformance suite has no secrets, and nobody else may use this key."  # noqa: S105
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "gingerdj.test.conformance.project.urls"
MIDDLEWARE = [
    "gingerdj.middleware.security.SecurityMiddleware",
    "gingerdj.middleware.common.CommonMiddleware",
    "gingerdj.middleware.clickjacking.XFrameOptionsMiddleware",
]
LIFESPAN = ["gingerdj.test.conformance.project.lifespan.start"]
LIFESPAN_STARTUP_TIMEOUT = 1
