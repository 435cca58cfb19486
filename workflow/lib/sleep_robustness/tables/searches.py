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
    """What each search is, as text: what it maximises, by which gradient, over what."""
    objectives = {
        "printed": "score F",
        "constrained": "score F at a least accuracy",
        "common": "gain over the control on what both get right",
    }
    gradients = {"loss": "loss J", "margin": "logit margin"}
    titles = {}
    for name, own in searches.items():
        orders = {order for _, order in own["cases"]}
        over = "storage order" if orders == {"storage"} else f"{len(own['cases'])} networks and orders"
        titles[name] = f"{name}: {objectives[own['objective']]} ({gradients[own['gradient']]}), {over}"
    return titles
