"""What each deviation of the released code changes."""

import pandas as pd

from sleep_robustness.names import network
from sleep_robustness.tables.style import with_interval

# what the code does otherwise than the text, and of which networks that makes the difference: as it is released, and mended
DEVIATIONS = {
    "BatchNorm's statistics are lost": [("deepsleep", "released"), ("deepsleep", "released_carried")],
    "the same, and estimated anew": [("deepsleep", "released"), ("deepsleep", "released_estimated")],
    "the second convolution does not learn": [("deepsleep", "released"), ("deepsleep", "released_learning")],
    "the noise is made on a mixture of networks": [("deepsleep", "released"), ("deepsleep", "released_on_control")],
    "there are images in place of spikes": [("deepsleep", "released"), ("deepsleep", "released_spikes")],
    "the simplest form has no noise": [("deepsleep", "without_noise"), ("deepsleep", "released")],
    "adversarial training is by FGSM": [("adversarial_train", "released"), ("adversarial_train", "described")],
    "adversarial training is at ε = 8/255": [("adversarial_train", "described"), ("adversarial_train", "strong")],
    "the teacher is not trained": [("distilled", "released"), ("distilled", "released_trained")],
    "the softmax is taken twice": [("distilled", "released_trained"), ("distilled", "trained")],
    "Sleep Defense is another algorithm": [("deepsleep", "sleep_defence"), ("sleep", "printed")],
}


def table_deviations(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(numbers, for a reader): of each of DEVIATIONS what the network as released and the mended one do.

    table: that of `transferred_and_own`. A network that was not run has no row.
    """
    parts, rows = [], []
    for what, networks in DEVIATIONS.items():
        for (defence, variant), kind in zip(networks, ("as released", "mended"), strict=True):
            own = table[(table.defence == defence) & (table.variant == variant)]
            parts.append(own.assign(deviation=what, form=kind))
            cells = {row.kind: with_interval(row) for row in own.assign(note="").itertuples()}
            rows.append({"Deviation": what, "Form": kind, "Network": network(defence, variant)} | cells)
    before = ["deviation", "form"]
    numbers = pd.concat(parts)
    return numbers[[*before, *numbers.columns.drop(before)]], pd.DataFrame(rows).fillna("–")
