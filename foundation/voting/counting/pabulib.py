"""Pabulib `.pb` files: read, write, build. The format is a `;`-separated text in three sections.

`read` keeps everything a file says (all keys and columns, in order, as text), so `read(write(read(f))) == read(f)`;
`PabulibFile.profile` makes of it what is counted. The format: https://pabulib.org/format and arXiv 2305.11035.
"""

from .pabulib_errors import PabulibError
from .pabulib_file import PabulibFile
from .pabulib_reader import MAX_BYTES, read
from .pabulib_rules import StatedRule, meta_of_rule, stated_rule
from .pabulib_writer import build, write

__all__ = [
    "MAX_BYTES",
    "PabulibError",
    "PabulibFile",
    "StatedRule",
    "build",
    "meta_of_rule",
    "read",
    "stated_rule",
    "write",
]
