"""A real OpenID Connect provider for the log-in tests: allauth's, in its own process with its own database.

It shares nothing with the portal but the wire.
"""
