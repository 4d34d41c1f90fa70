"""Settings of the example; all others keep their defaults."""

SECRET_KEY = "for-this-example-only"
DEBUG = True
ROOT_URLCONF = "mysite.urls"
