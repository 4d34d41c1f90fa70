"""Forty points of the ASGI specifications, as tests for any application.

`python -m pytest --pyargs gingerdj.test.conformance --asgi-app mysite.asgi:application` drives an
application through its scope, `receive` and `send` alone, so it need not be made with GingerDJ.
Some points need pages of known behaviour, which `gingerdj.test.conformance.contract` lists; what an
application does not offer is skipped, and the report says why.
"""
