"""What the paper calls its data sets, and which there are beside them."""

PRINTED = ("patches", "mnist", "cub200")  # data sets, in the order of its figures' panels
TWINS = {"patches_batch2": "patches"}  # one of them too, but for what the paper does not print
PLANE = "plane"  # points on a plane, which claims may ask like a data set


def letter(dataset: str) -> str:
    """The letter of a data set's panel in the paper, none where it has none."""
    dataset = TWINS.get(dataset, dataset)
    return "ABC"[PRINTED.index(dataset)] if dataset in PRINTED else ""
