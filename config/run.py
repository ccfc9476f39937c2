"""Starts the parts of a running portal and stops them together; what bin/demo runs inside the environment.

``python -m config.run [--port N] [--demo] [--fresh] [--without web,worker,beat]``
"""
