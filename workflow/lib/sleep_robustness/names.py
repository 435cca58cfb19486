"""How the names in the config are written for a reader, in the paper's order."""

DATASETS = {
    "patches": "Patches",
    "patches_batch2": "Patches, batch of 2",
    "mnist": "MNIST",
    "fashion": "Fashion-MNIST",
    "cub200": "CUB-200",
    "cub100_crops": "CUB, crops of 100 classes",
    "cub10": "CUB, first 10 classes",
    "cifar10": "CIFAR-10",
    "plane": "the plane of Figure 5",
}
BY_LOGITS = ", by logits"  # behind a network's name: judged before the ReLU of its output
NETWORKS = {
    ("control", ""): "Control",
    ("distillation", ""): "Defensive distillation",
    ("finetune", "fgsm"): "Fine-tuning on FGSM",
    ("finetune", "noise"): "Fine-tuning on noise",
    ("finetune", "blur"): "Fine-tuning on blur",
    ("finetune", "deepfool"): "Fine-tuning on DeepFool",
    ("finetune", "deepfool_released"): "Fine-tuning on DeepFool",
    ("finetune", "jsma"): "Fine-tuning on JSMA",
    ("finetune", "jsma_released"): "Fine-tuning on JSMA",
    ("finetune", "boundary"): "Fine-tuning on Boundary Attack",
    ("finetune", "boundary_released"): "Fine-tuning on Boundary Attack",
    ("sleep", ""): "Sleep",
    ("ablated", "slept"): "Cut: the neurons that slept",  # as many are cut; of ablated: what a variant's name ends with
    ("ablated", "random"): "Cut: as many at random",
    ("ablated", "most_active"): "Cut: the most active",
    ("ablated", "least_active"): "Cut: the least active",
    ("ablated", "largest"): "Cut: the largest weights",
    ("ablated", "smallest"): "Cut: the smallest weights",
    ("shuffled_sleep", ""): "Shuffled sleep",
    ("weight_noise", ""): "Weight noise",
    ("adversarial", "same"): "Adversarial training",
    ("adversarial", "small"): "Adversarial training, smaller network",
    ("adversarial_train", ""): "Adversarial Train",
    ("adversarial_train", "released"): "Adversarial Train, by FGSM",
    ("adversarial_train", "strong"): "Adversarial Train, at the test's ε",
    ("distilled", ""): "Defense Distillation",
    ("distilled", "released"): "Defense Distillation, untrained teacher",
    ("distilled", "released_trained"): "Defense Distillation, double softmax",
    ("distilled", "kept"): "Defense Distillation, temperature kept",
    ("deepsleep", "sleep_defence"): "Sleep Defense",
    ("deepsleep", "described"): "DeepSleep as described",
    ("deepsleep", "described_estimated"): "DeepSleep as described, BatchNorm estimated",
    ("deepsleep", "released"): "DeepSleep as released",
    ("deepsleep", "released_estimated"): "DeepSleep as released, BatchNorm estimated",
    ("deepsleep", "released_carried"): "DeepSleep as released, BatchNorm carried over",
    ("deepsleep", "released_learning"): "DeepSleep as released, conv2 learns",
    ("deepsleep", "released_on_control"): "DeepSleep as released, noise made on the control",
    ("deepsleep", "released_spikes"): "DeepSleep as released, shown spikes",
    ("deepsleep", "described_slow_only"): "Slow-wave only as described",
    ("deepsleep", "slow_only_estimated"): "Slow-wave only as described, BatchNorm estimated",
    ("deepsleep", "slow_only"): "Slow-wave only",
    ("deepsleep", "described_fast_only"): "Fast-wave only as described",
    ("deepsleep", "fast_only_estimated"): "Fast-wave only as described, BatchNorm estimated",
    ("deepsleep", "fast_only"): "Fast-wave only",
    ("deepsleep", "described_without_noise"): "Without noise as described",
    ("deepsleep", "without_noise_estimated"): "Without noise as described, BatchNorm estimated",
    ("deepsleep", "without_noise"): "Without noise",
    ("deepsleep", "depth_3"): "Depth 3",
    ("deepsleep", "length_2"): "Length 2",
    ("deepsleep", "cycles_2"): "Cycles 2",
    ("deepsleep", "unslept"): "Control, BatchNorm unset",
    ("deepsleep", "awake"): "Awake, the same noise",
    ("deepsleep", "awake_on_control"): "Awake, noise made on the control",
    ("deepsleep", ""): "DeepSleep",
    ("another_seed", ""): "Control of another seed",
}
ATTACKS = {
    "fgsm": "FGSM",
    "deepfool": "DeepFool",
    "jsma": "JSMA",
    "boundary": "Boundary Attack",
    "pgd": "PGD",
    "pgd_loss": "PGD by the loss",
    "bim": "BIM",
    "deepfool_linf": "DeepFool, L∞",
    "ddn": "DDN",
    "square": "Square",
    "uniform": "uniform noise",
    "cw": "C&W",
    "autoattack": "AutoAttack",
    "diagnosis": "no attack",
}
OBJECTIVES = {"loss": "loss J", "margin": "logit margin"}
DISTORTIONS = {
    "noise": ("noise", "variance of the noise"),
    "feature_noise": ("noise", "σ of the noise on features"),
    "blur": ("blur", "σ of the blur (pixels)"),
}
MEASURES = {
    "clean": "clean accuracy",
    "F": "score F: median, right and fooled",
    "I": "score I: never fooled as ∞",
    "Z": "score Z: misclassified as 0 besides",
    "common": "score F on the common subset",
    "common_I": "score I on the common subset",
    "never_fooled": "never fooled, of those right",
    "success": "fooled, of those right",
    "F_l2": "score F within an L2 of 1",
    "F_square": "score F within a mean square of 1",
    "success_l2": "fooled within an L2 of 1, of those right",
    "success_square": "fooled within a mean square of 1, of those right",
    "believed": "score F by the attack's own belief",
    "found": "fooled by the attack's own belief",
    "outside": "fooled outside the bounds",
    "zero_gradient": "gradient 0 everywhere",
    "wrong_way": "gradient raises the true class",
    "zero_output": "all outputs 0",
    "accuracy": "accuracy",
    "loss_less_transferred": "right under PGD on itself by the loss, less under PGD's images of the control",
    "margin_less_transferred": "right under PGD on itself by the margin, less under PGD's images of the control",
    "loss_less_margin": "right under PGD on itself by the loss, less by the margin",
    "worst": "right under every attack",
    "worst_difference": "right under every attack, difference",
}
CHECKS = {
    "zero_gradient": "gradient 0 everywhere",
    "wrong_way": "gradient raises the true class",
    "logit_scale": "lead of the largest logit, median",
    "left": "fooled by no ε, not even by the whole range",
    "only_by_margin": "of those right, fooled by the gradient of the logit margin alone",
    "transfer": "of those right, fooled sooner by what FGSM makes on the control",
    "boundary": "of those right, fooled nearer by the Boundary Attack",
    "farther": "of those right, fooled at less than half the distance by another attack",
    "fgsm_sooner": "of those right, fooled by FGSM where this attack fails",
    "autoattack_sooner": "of those right, fooled by AutoAttack where this attack fails",
    "restarts": "fooled from a random start alone",
    "transferred": "of those right, fooled by images made on another network where this attack fails",
    "grey": "right at an ε of half the range, beyond the share of the largest class",
    "one_class": "share of images given the class that it gives most",
    "mismatch": "BatchNorm's statistics: largest difference, of means in standard deviations, of those in powers of 2",
    "unlearnt": "share of layers with the control's weights but for their mean and scale",
    "positive_control": "of those right, not fooled, of the undefended network",
    "unfounded": "of those right, believed to be fooled and not",
    "outside": "fooled outside the bounds",
}
# what the claims of networks that learn tasks ask: summaries, and values of their columns
TABLES = {
    "clean": "clean images",
    "contrasts": "clean images",
    "attacked": "attacked images",
    "attacked_contrasts": "attacked images",
    "corrupted_contrasts": "corrupted images",
    "cifar_contrasts": "clean images",
    "cifar_corrupted_contrasts": "corrupted images",
    "cifar_features_contrasts": "attacked features",
    "cifar_images_contrasts": "attacked images",
}
ROWS = {
    ("norm", "own"): "BatchNorm of the task",
    ("norm", "last"): "BatchNorm of the last task",
    ("statistics", "running"): "its running statistics",
    ("statistics", "estimated"): "its statistics estimated",
    ("statistics", "batch"): "the statistics of the test batch",
    ("task", "earlier"): "earlier tasks",
    ("task", "last"): "the last task",
    ("task", "1"): "the first task",
    ("after", "1"): "after the first task",
    ("among", "all"): "all images",
    ("among", "right"): "images that are right when clean",
    ("by", "worst"): "the worst of all attacks",
    ("window", "worst"): "",
    ("contrast", "more_m"): "high m less m 0",
    ("contrast", "most_m"): "high m less m 1",
    ("contrast", "medium_m"): "medium m less m 0",
    ("contrast", "high_less_medium_m"): "high m less medium m",
    ("contrast", "m_of_2"): "m 2 less m 0.5",
    ("contrast", "faster_up_to_1"): "what m gains from 0.5 to 1, less what it gains from 0 to 0.5",
    ("contrast", "slower_from_1"): "what m gains from 0.5 to 1, less what it gains from 1 to 1.35",
    ("contrast", "wider"): "wide less base",
    ("contrast", "own_norm"): "BatchNorm of the task less that of the last",
    ("contrast", "binary"): "binary less real",
    ("contrast", "learning_on"): "after the last task less after the first",
    ("contrast", "medium_lipschitz"): "medium β less none",
    ("contrast", "largest_lipschitz"): "largest β less none",
    ("contrast", "harm"): "corrupted less clean",
    ("contrast", "noise_or_fgsm"): "noise less FGSM",
    ("contrast", "noise_or_pgd"): "noise less PGD",
    ("contrast", "noise_or_pgd_loss"): "noise less PGD by the loss",
    ("contrast", "noise_or_square"): "noise less Square",
    ("contrast", "noise_or_bim"): "noise less BIM",
    ("contrast", "noise_or_deepfool"): "noise less DeepFool",
}
# ways to make an interval, and tests of a difference, whose coverage is measured: ours is "t"
INTERVALS = {
    "percentile": "bootstrap over networks and images",
    "networks": "t over networks alone",
    "t": "t over networks, images added",
}
TESTS = {"t": INTERVALS["t"], "permutation": "permutation of images"}


def label(names: dict, key: str) -> str:
    """The reader's word for a name; the name itself where the paper has none."""
    return names.get(key, key)


def not_run(dataset: str) -> str:
    """How to run a data set that was not."""
    makes = {"cub200": "`make birds` adds it", "cifar10": "`make bnn_cifar` runs it"}
    return f"not run: {makes.get(dataset, f'name {dataset} under `use` in the config')}"


def rank(names: dict, key: str) -> int:
    """Place in the paper's order; what the paper does not have comes last."""
    return list(names).index(key) if key in names else len(names)


def network(defence: str, variant: str) -> str:
    """The reader's word for a network; a defence that the paper does not have goes by its own name."""
    if defence == "ablated":
        variant = next((by for kind, by in NETWORKS if kind == defence and variant.endswith(by)), variant)
    return NETWORKS.get((defence, variant)) or NETWORKS.get((defence, "")) or defence


def network_rank(name: str) -> int:
    """Place of `network`'s word in the paper's order; what the paper does not have comes last."""
    order = list(NETWORKS.values())
    return order.index(name) if name in order else len(order)
