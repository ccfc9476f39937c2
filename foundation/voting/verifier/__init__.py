"""The program that residents download to check a vote: ``recount.py``, one file that needs nothing but Python."""
