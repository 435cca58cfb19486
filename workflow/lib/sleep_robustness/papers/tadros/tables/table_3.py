"""Table 3: how they sleep."""

from collections.abc import Collection, Mapping

import pandas as pd

from sleep_robustness import names
from sleep_robustness.names import ATTACKS, DATASETS, label
from sleep_robustness.papers.tadros.tables.printed import of_twins_too


def table_3(
    used: Mapping[str, Mapping[str, dict]], printed: pd.DataFrame, readings: Mapping[str, dict], not_run: Collection[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table 3: sleep parameters as printed, and as each reading's variant uses them.

    used: parameters by data set and sleep variant; printed: dataset, parameter, printed. Of what was not run, as printed alone.
    """
    paper = of_twins_too(printed).set_index(["dataset", "parameter"]).printed
    numbers, shown = [], []
    for dataset, variants in used.items():
        for parameter in next(iter(variants.values())):
            value = paper.get((dataset, parameter))
            texts = {
                name: _by_use(reading["defences"]["sleep"], variants, parameter)
                for name, reading in readings.items()
                if "sleep" in reading["defences"]
            }
            row = {"dataset": dataset, "parameter": parameter, "printed": value}
            numbers += [row | {"reading": reading, "used": text} for reading, text in texts.items()]
            shown.append(
                {
                    "Data set": label(DATASETS, dataset),
                    "Parameter": parameter.replace("_", " "),
                    "Paper": value or "not printed",
                }
                | {f"Used, {reading} reading": text for reading, text in texts.items()}
            )
    for row in printed[printed.dataset.isin(not_run)].to_dict("records"):
        says = names.not_run(row["dataset"])
        numbers += [row | {"reading": reading, "used": says} for reading in readings]
        named = {"Data set": label(DATASETS, row["dataset"]), "Parameter": row["parameter"], "Paper": row["printed"]}
        shown.append(named | {f"Used, {reading} reading": says for reading in readings})
    return pd.DataFrame(numbers), pd.DataFrame(shown)


def _by_use(choice: str | list | Mapping, variants: Mapping[str, dict], parameter: str) -> str:
    """A parameter of the variants that a reading chooses as text, where they differ with what each is for."""
    if isinstance(choice, Mapping):
        uses = {"else": choice["else"]} | choice
    else:
        uses = {"else": choice} if isinstance(choice, str) else {variant: variant for variant in choice}
    by_text: dict[str, list[str]] = {}
    for use, variant in uses.items():
        by_text.setdefault(_listed(variants[variant][parameter]), []).append(label(ATTACKS, use))
    texts = [text if "else" in names else f"{text} ({', '.join(names)})" for text, names in by_text.items()]
    return "; ".join(texts)


def _listed(value) -> str:
    """A parameter as text: a list with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
