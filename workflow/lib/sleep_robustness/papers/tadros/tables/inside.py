"""The tables behind the figures of what goes on inside the networks: 8 to 12, and of sleep."""

from collections.abc import Mapping, Sequence

import pandas as pd

from sleep_robustness.names import ATTACKS, DISTORTIONS, OBJECTIVES, label, network, network_rank
from sleep_robustness.tables.style import NUMBERS


def correlations(changes: pd.DataFrame, name: str) -> pd.DataFrame:
    """The changes of the digits' correlations for one kind of input, with one column of panels for each network.

    Variants of one defence that give the same numbers, as those that differ in how they are attacked do, share it. Columns:
    network, variants and readings (joined), layer, measure, first, second and NUMBERS.
    """
    changes, keys = changes[changes.input == name], ["layer", "measure", "first", "second"]
    readings = changes.groupby(["defence", "variant"], sort=False).reading.unique()
    shared: dict[tuple, list[tuple]] = {}
    for (defence, variant), group in changes.groupby(["defence", "variant"], sort=False):
        drawn = group.drop_duplicates(keys)[[*keys, *NUMBERS]]
        shared.setdefault((defence, drawn.to_csv(index=False)), []).append((variant, drawn))
    tables = []
    for (defence, _), found in shared.items():
        own = {
            "network": network(defence, found[0][0]),
            "variants": ", ".join(variant for variant, _ in found),
            "readings": ", ".join(dict.fromkeys(reading for variant, _ in found for reading in readings[defence, variant])),
        }
        tables.append(found[0][1].assign(**own))
    table = pd.concat(sorted(tables, key=lambda one: network_rank(one.network.iloc[0])), ignore_index=True)
    return table[["network", "variants", "readings", *keys, *NUMBERS]]


def responses(rows: pd.DataFrame, panels: dict[str, tuple[str, str, str]]) -> pd.DataFrame:
    """What the specific neurons of each sleep do in each panel of a figure, before and after, digit by digit and of all digits.

    panels: title → (response, selection, scale). Columns: network, variant, readings (joined), panel, digit, measure, NUMBERS.
    """
    keys = ["defence", "variant", "response", "selection", "scale", "digit", "measure"]
    readings = rows.groupby(["defence", "variant"], sort=False).reading.agg(lambda names: ", ".join(dict.fromkeys(names)))
    rows = rows.drop_duplicates(keys).drop(columns="reading")
    rows = rows.merge(readings.rename("readings").reset_index(), on=["defence", "variant"])
    tables = []
    for panel, wanted in panels.items():
        chosen = (rows[["response", "selection", "scale"]] == list(wanted)).all(axis=1)
        tables.append(rows[chosen].assign(panel=panel))
    table = pd.concat(tables, ignore_index=True).assign(network=lambda t: list(map(network, t.defence, t.variant)))
    return table[["network", "variant", "readings", "panel", "digit", "measure", *NUMBERS]]


def asleep(rows: pd.DataFrame, sleeps: Mapping[str, Mapping]) -> pd.DataFrame:
    """What happens in each sleep under each rule, moment by moment, in the order in which `sleeps` names their parameters.

    Columns: variant, title (its readings and parameters), rule, step, measure ("spikes 2" is that of layer 2), NUMBERS.
    """
    readings = rows[rows.reading != "beside"].groupby("variant").reading.unique().map(", ".join)
    drawn = ["spikes", "raised", "lowered", "clean", "F", "never_fooled"]
    rows = rows[rows.measure.isin(drawn)].drop_duplicates(["variant", "rule", "step", "measure", "layer"])
    layers = rows.layer.map(lambda layer: "" if pd.isna(layer) else f" {layer:.0f}")
    tables = []
    for variant, own in sleeps.items():
        until = f"{own['steps']} ms" + (f" or {own['updates']} updates" if own["updates"] else "")
        title = f"{variant} ({readings.get(variant, 'beside')})\n{own['rate']:.3g} Hz × {own['spike_factor']}, {until}"
        tables.append(rows[rows.variant == variant].assign(title=title, measure=rows.measure + layers))
    return pd.concat(tables, ignore_index=True)[["variant", "title", "rule", "step", "measure", *NUMBERS]]


def pruned(levels: pd.DataFrame, pairs: pd.DataFrame, sleeps: Sequence[str]) -> pd.DataFrame:
    """Sleep and its controls by every measure: clean accuracy, of the attack on the most images; and of each attack and
    distortion the accuracy where it has one strength above 0, score F where it has more.

    levels, pairs: of `analyses.pruning.pruning_rows`. Columns: sleep, neurons (how many slept, a mean over networks), title (of
    the measure), network, defence, variant, measure, strength, NUMBERS, identical (whether it gave the same as sleep on every
    example).
    """
    kinds = ["attack", "attack_variant", "distortion", "distortion_variant"]
    neurons = levels[levels.measure == "neurons"].set_index("sleep").value
    rows = levels[levels.measure != "neurons"].fillna(dict.fromkeys(kinds, ""))
    same = pairs[(pairs.defence == "sleep") & pairs.identical].fillna(dict.fromkeys(kinds, ""))
    same = set(same[["sleep", "other", "other_variant", *kinds]].itertuples(index=False, name=None))
    clean = rows[rows.measure == "clean"]
    tables = [clean[clean.attack_variant == clean.attack_variant[clean.examples.idxmax()]].assign(title="clean\naccuracy")]
    for key, own in rows.groupby(kinds, sort=False):
        above = own[(own.measure == "accuracy") & (own.strength > 0)]
        many = len(set(above.strength)) > 1
        shown = own[own.measure == "F"] if many else above
        name = f"{label(ATTACKS, key[0])}{f' by {OBJECTIVES[key[1]]}' if key[1] in OBJECTIVES else ''}" if key[0] else ""
        name = name or DISTORTIONS[key[2]][0]
        symbol = "ε" if key[0] else {"noise": "variance"}.get(key[2], "σ")
        title = f"score F,\n{name}" if many else f"accuracy,\n{name},\n{symbol} = {above.strength.max():g}"
        tables.append(shown.assign(title=title))
    table = pd.concat(tables, ignore_index=True)
    table["network"] = list(map(network, table.defence, table.variant))
    found = table[["sleep", "defence", "variant", *kinds]].itertuples(index=False, name=None)
    table = table.assign(identical=[row in same for row in found], neurons=table.sleep.map(neurons))
    order = table.sort_values("network", key=lambda names: names.map(network_rank), kind="stable")
    order = order.sort_values("sleep", key=lambda names: names.map(list(sleeps).index), kind="stable")
    columns = ["sleep", "neurons", "title", "network", "defence", "variant", "measure", "strength", *NUMBERS, "identical"]
    return order[columns].reset_index(drop=True)
