"""Progress of long work as lines of the log, at most one every few seconds."""

import io
import logging

from tqdm import tqdm

log = logging.getLogger("sleep_robustness")
SECONDS = 5.0


class _Lines(io.StringIO):
    """What tqdm writes to: each refresh of the bar becomes a line of the log, unless it says what the last one said."""

    last = ""

    def write(self, text: str) -> int:
        line = text.strip()
        if line and line != self.last:
            log.info(line)
            self.last = line
        return len(text)


def progress(iterable=None, *, what: str, total: int | None = None, done: int = 0, unit: str = "") -> tqdm:
    """A tqdm bar over `iterable`, or one to `update` by hand, that writes lines such as `FGSM: 4/10, 00:15 gone, …`."""
    return tqdm(
        iterable,
        desc=what,
        total=total,
        initial=done,
        unit_scale=unit == "B",
        position=0,  # bars of several threads do not move one another
        file=_Lines(),
        delay=SECONDS,  # work that is soon done says nothing
        mininterval=SECONDS,
        bar_format="{desc}: {n_fmt}" + unit + "/{total_fmt}" + unit + ", {elapsed} gone, {remaining} to go",
    )
