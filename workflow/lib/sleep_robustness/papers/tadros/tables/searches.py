"""The table behind the figure of the searches for sleep's parameters."""

from collections.abc import Mapping

import pandas as pd

from sleep_robustness.metrics import best


def searches_table(histories: Mapping[str, pd.DataFrame], rescored: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Histories and new scores, by search, as one table: `panel` is "history", with the evaluation that was `found` marked, or
    "rescored"."""
    tables = []
    for name, history in histories.items():
        tables.append(history.assign(panel="history", search=name, found=history.index == best(history).name))
        tables.append(rescored[name].assign(panel="rescored", search=name))
    return pd.concat(tables, ignore_index=True)


def search_titles(searches: Mapping[str, Mapping]) -> dict[str, str]:
    """What each search is, as text: what it maximises, under which condition, by which gradient, over what, of which rule."""
    gradients = {"loss": "loss J", "margin": "logit margin"}
    titles = {}
    for name, own in searches.items():
        objectives = {
            "printed": "score F",
            "constrained": f"score F at an accuracy of {own['accuracy']:g} at least"
            + ", all layers spiking" * (own["spikes"] > 0),
            "common": "gain over the control on what both get right",
        }
        orders = {order for _, order in own["cases"]}
        over = "storage order" if orders == {"storage"} else f"{len(own['cases'])} networks and orders"
        titles[name] = (
            f"{name}: {objectives[own['objective']]} ({gradients[own['gradient']]}), {over}, {own['fixed']['rule']} rule, "
            f"{own['space']} space"
        )
    return titles


def least_accuracies(searches: Mapping[str, Mapping]) -> dict[str, float]:
    """The accuracy that a search must keep, by search, of those that must."""
    return {name: own["accuracy"] for name, own in searches.items() if own["objective"] == "constrained"}
