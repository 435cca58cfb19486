"""How the names in the config are written for a reader, in the paper's order."""

DATASETS = {"patches": "Patches", "mnist": "MNIST", "cub200": "CUB-200"}
DEFENCES = {"control": "Control", "distillation": "Defensive distillation", "finetune": "Fine-tuning", "sleep": "Sleep"}
ATTACKS = {"fgsm": "FGSM", "deepfool": "DeepFool", "jsma": "JSMA", "boundary": "Boundary Attack"}
VARIANTS = {("fgsm", "loss"): "loss J", ("fgsm", "margin"): "logit margin"}
MEASURES = {
    "clean": "clean accuracy",
    "F": "score F: median ε, right and fooled",
    "I": "score I: never fooled as ∞",
    "Z": "score Z: misclassified as 0 besides",
    "never_fooled": "never fooled, of those right",
    "zero_gradient": "gradient 0 everywhere",
    "wrong_way": "gradient raises the true class",
    "zero_output": "all outputs 0",
    "accuracy": "accuracy",
}


def label(names: dict, key) -> str:
    """The reader's word for a name; the name itself where the paper has none, as for a defence added by a user."""
    return names.get(key, key if isinstance(key, str) else key[-1])


def rank(names: dict, key) -> int:
    """Place in the paper's order; what the paper does not have comes last."""
    return list(names).index(key) if key in names else len(names)
