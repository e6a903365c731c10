"""What an office says of where to go on a portal: sections to open from the start, addresses never to ask for.

What belongs here: which addresses that is, and remembering which were left out. What does not: the file that says so
(`pipeline.overrides`), the policy (`pipeline.navigation.navigator`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.extraction.addresses import identity
from pipeline.extraction.override import begins_with


class Told:
    """`extra`: address → label of a section; `excluded`: addresses, with a `*` at the end all that begin so.

    `left_out` gathers the addresses that would have been asked for.
    """

    def __init__(self, extra: Mapping[str, str] | None = None, excluded: Sequence[str] = ()) -> None:
        self.extra = dict(sorted((extra or {}).items()))
        self.left_out: set[str] = set()
        self._exact = {identity(url) for url in excluded if not url.endswith("*")}
        self._prefixes = [url for url in excluded if url.endswith("*")]

    def excludes(self, url: str) -> bool:
        """Say whether an address is to be left out, and remember that it was."""
        if not (self._exact or self._prefixes):
            return False
        out = identity(url) in self._exact or any(begins_with(url, prefix) for prefix in self._prefixes)
        if out:
            self.left_out.add(url)
        return out
