"""Entries of the config that are like others: `like: OTHER` stands for all that OTHER, an entry beside it, has.

OTHER may be like another in turn. An entry's own keys go before those that it inherits; where both are mappings, they are
merged key by key, as Snakemake merges what --configfile gives. Overlays come first: what one changes in OTHER holds for those
like it.
"""

from collections.abc import Mapping

from sleep_robustness.errors import UserError

LIKE = "like"


def resolved(config: Mapping, where: str = "") -> dict:
    """The config with every `like` replaced by what it stands for; where: its place in the whole config.

    Raises UserError for one that names no entry beside it, or leads back to itself.
    """
    whole = {}
    for name in config:
        place = f"{where}.{name}" if where else str(name)
        entry = _inherited(config, name, place, ())
        whole[name] = resolved(entry, place) if isinstance(entry, Mapping) else entry
    return whole


def overlaid(base: Mapping, own: Mapping) -> dict:
    """`base` with what `own` has in its place, key by key where both are mappings."""
    both = {name for name in own if isinstance(base.get(name), Mapping) and isinstance(own[name], Mapping)}
    return {**base, **own, **{name: overlaid(base[name], own[name]) for name in both}}


def _inherited(entries: Mapping, name: str, place: str, seen: tuple[str, ...]) -> object:
    """One entry with all that it inherits; seen: those that are like it, which it cannot be like."""
    entry = entries[name]
    if not (isinstance(entry, Mapping) and LIKE in entry):
        return entry
    other = entry[LIKE]
    if other in (*seen, name) or not isinstance(other, str) or not isinstance(entries.get(other), Mapping):
        others = [str(one) for one, own in entries.items() if isinstance(own, Mapping) and one not in (*seen, name)]
        known = ", ".join(one for one in others if not _leads_to(entries, one, name))
        known = known or "there is none"
        raise UserError(f"config: {place}.{LIKE} is {other!r}; it must be an entry beside it that is not like it: {known}.")
    own = {key: value for key, value in entry.items() if key != LIKE}
    return overlaid(_inherited(entries, other, place, (*seen, name)), own)


def _leads_to(entries: Mapping, name: str, other: str) -> bool:
    """Whether an entry is like another, or like one that is."""
    met = set()
    while name not in met and isinstance(entries.get(name), Mapping) and LIKE in entries[name]:
        met.add(name)
        name = entries[name][LIKE] if isinstance(entries[name][LIKE], str) else name
        if name == other:
            return True
    return False
