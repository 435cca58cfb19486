"""How far hidden weights have grown, layer by layer: what metaplasticity rests on."""

import pandas as pd

from sleep_robustness.metrics import mean_of_networks
from sleep_robustness.tables.style import with_interval

NETWORK = ["weights", "width", "epochs", "lipschitz", "m"]


def weight_rows(networks: pd.DataFrame) -> pd.DataFrame:
    """The mean |W^h| of each layer after the first task and the last: reading, those of NETWORK, measure, layer, and those of
    `metrics.mean_of_networks`. networks: of `checks.network_checks`, with reading and NETWORK, a row for each network."""
    own = networks[networks.measure.isin(["first", "last"])]
    axes = ["reading", *NETWORK, "measure", "layer"]
    rows = [
        dict(zip(axes, key, strict=True)) | mean_of_networks([some.reshape(1) for some in one.value.to_numpy()])
        for key, one in own.groupby(axes, sort=False)
    ]
    return pd.DataFrame(rows)


def table_weights(rows: pd.DataFrame, widths: dict[str, int], betas: dict[str, float]) -> pd.DataFrame:
    """For a reader: a row for each network of a reading, a column for each layer after the first task and after the last."""
    shown = []
    for (reading, *network), own in rows.groupby(["reading", *NETWORK], sort=False):
        about = dict(zip(NETWORK, network, strict=True))
        row = {"Reading": reading, "Weights": about["weights"], "Units": widths[about["width"]], "Epochs": about["epochs"]}
        row |= {"β": f"{betas[about['lipschitz']]:g}", "m": f"{about['m']:g}"}
        for one in own.sort_values(["layer", "measure"]).itertuples():
            row[f"Layer {one.layer}, after the {one.measure} task"] = with_interval(one, 3)
        shown.append(row | {"n": own.networks.iloc[0]})
    return pd.DataFrame(shown)
