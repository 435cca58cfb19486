import copy
import math

import pytest
import yaml
from conftest import CONFIG, ROOT, WHOLE

from sleep_robustness.configuration import check, load
from sleep_robustness.errors import UserError
from sleep_robustness.inheritance import overlaid

BASE = yaml.safe_load((ROOT / "config/config.yaml").read_text())
MNIST, TRAINING, LOSS = ("datasets", "mnist"), ("datasets", "mnist", "training"), ("attacks", "fgsm", "loss")
AUDITED = ("readings", "audited")
SHARED = WHOLE["papers"]["zhang"]["transfers"]["fgsm"]["shared"]
FROM = ("defences", "distillation", "released", "from")

# where, what it becomes (… removes it), and what the sentence says
WRONG = [
    (("datasets",), None, "datasets is None; it must be a mapping from short words, with at least one entry"),
    ((*MNIST, "data"), ["mnist"], r"datasets.mnist.data is \['mnist'\]; it must be among patches, mnist, cub200"),
    ((*MNIST, "data"), "minst", "datasets.mnist.data is 'minst'; it must be among patches, mnist, cub200"),
    ((*MNIST, "folder"), None, r"unknown key 'folder' in datasets.mnist"),
    ((*AUDITED, "beside"), ["cw"], "readings.audited.beside names 'cw', which its attacks and defences lack"),
    (
        (*AUDITED, "beside"),
        ["fgsm"],
        "'fgsm' is beside the paper in readings.audited, but not in readings.printed",
    ),
    ((*AUDITED, "defences", "sleep"), [], r"sleep is \[\]; it must be the name of a variant, a list of them, each once, or a"),
    (
        (*AUDITED, "defences", "sleep"),
        ["found", "found"],
        r"sleep is \['found', 'found'\]; it must be the name of a variant, a",
    ),
    (
        (*AUDITED, "defences", "sleep"),
        {"x": 1},
        "sleep is .*; it must be the name of a variant, a list of them, each once, or a",
    ),
    (("defences", "sleep", "found", "patches"), [], r"sleep.found.patches is \[\]; it must be a mapping of parameters"),
    (
        ("defences", "sleep", "found", "mnist", "thresholds"),
        [1, 1],
        "thresholds has 2; the network of mnist has 3 layers, one for",
    ),
    (
        ("plane", "sleep", "thresholds"),
        [1, 1],
        "plane.sleep.thresholds has 2; the network of the plane has 3 layers, one for each",
    ),
    (("plane", "training", "sizes"), [2, 9, 9, 4], r"sizes is \[2, 9, 9, 4\]; it must begin with 2 and end with the 3 classes"),
    (("plane", "training", "dropuot"), 0, r"unknown key 'dropuot' in plane.training; did you mean 'dropout'\?"),
    (
        ("distortions", "noise", "released", "clip"),
        [1, 0],
        r"noise.released.clip is \[1, 0\]; the second must be above the first",
    ),
    (
        ("attacks", "boundary", "foolbox", "deviations"),
        ["positive"],
        "boundary.foolbox has deviations, which foolbox's form does",
    ),
    (
        ("defences", "distillation", "t50", "attacked_at"),
        None,
        "t50 has one of temperature and attacked_at alone; give both, or",
    ),
    (("defences", "distillation", "t50_kept", "temperature"), 20, "t50_kept.temperature is 20, but it is of t50, whose temper"),
    (("defences", "adversarial", "same", "strength"), 7, "same.strength is 7; it must be a share of the range, above 0"),
    (("defences", "sleep", "found", "mnist", "rate"), 1e18, r"rate is 1e\+18; it must be a rate in Hz, above 0"),
    (("guides",), {"reports/none.md": "x"}, "guides names 'reports/none.md', which is no file of the project"),
    (("distortions", "new\nline"), {"a": {}}, r"the name 'new\\nline' in distortions will not do; it must be a short word"),
    (("analyses", "strengths"), {"blur": 2}, "key 'noise' is missing in analyses.strengths"),
    (("analyses", "strengths", "haze"), 1, "the name 'haze' in analyses.strengths will not do; it must be noise or blur"),
    (("analyses", "neurons", "rate"), 0, "analyses.neurons.rate is 0; it must be a rate in Hz, above 0, 1000 at most"),
    (("readings",), ..., "key 'readings' is missing; the files of config/ show it"),
    (("defences", "distillation", "t50_kept", "of"), "t5", "t50_kept.of names 't5'; it must be null or among t50, released"),
    (("defences", "distillation", "t50", "of"), "t50_kept", "t50.of names 't50_kept'; it must be null or among released"),
    (("defences", "distillation", "released", "of"), "released", "released.of names 'released'; it must be null or among t50"),
    (("use",), ["patches"], r"use is \['patches'\]; it must be a list of data sets, each once, with mnist among them"),
    (
        ("use",),
        ["mnist", "cub"],
        "use names 'cub', which datasets does not have; it has patches, patches_batch2, mnist, cub200",
    ),
    (("use",), "mnist", "use is 'mnist'; it must be a list of data sets"),
    ((*MNIST, "trainig"), {}, r"unknown key 'trainig' in datasets.mnist; did you mean 'training'\?"),
    ((*MNIST, "seeds"), [1, 2], r"seeds is \[1, 2\]; it must be a list of at least three different whole numbers"),
    ((*MNIST, "seeds"), [1, 2, 2], "seeds is .* at least three different"),
    ((*MNIST, "seeds"), [1, 2, -3], "seeds.2 is -3; it must be a whole number from 0"),
    ((*MNIST, "batch"), "networks", "batch is 'networks'; it must be one, seeds or all"),
    ((*TRAINING, "dropout"), 1.5, "datasets.mnist.training.dropout is 1.5; it must be a share from 0 to below 1"),
    ((*TRAINING, "learning_rate"), math.nan, "learning_rate is nan; it must be a number above 0, 10 at most"),
    ((*MNIST, "seeds"), [1.0, 2, 3], "seeds.0 is 1.0; it must be a whole number from 0"),
    (
        (*TRAINING, "epochs"),
        "2",
        "epochs is '2'; it must be .*, and this is a text: write a number into a file, 0.1 and not 1e-1",
    ),
    ((*TRAINING, "epochs"), "two", r"epochs is 'two'; it must be a whole number from 1[^.]*\.$"),
    ((*TRAINING, "epochs"), 2.0, "epochs is 2.0; it must be a whole number from 1"),
    ((*TRAINING, "epochs"), True, "epochs is True; it must be a whole number from 1"),
    ((*TRAINING, "sizes"), "784", "sizes is '784'; it must be a list of the units of each layer"),
    (("defences", "My Defence"), {"a": {}}, "the name 'My Defence' in defences will not do; it must be a short word"),
    (("defences", "control", "released", "x"), 1, "unknown key 'x' in defences.control.released; it takes none"),
    ((*LOSS, "epsilon_step"), 0, "attacks.fgsm.loss.epsilon_step is 0; it must be a number from 0.0001 to 1"),
    ((*LOSS, "epsilon_step"), 1e-9, "epsilon_step is 1e-09; it must be a number from 0.0001 to 1"),
    ((*LOSS, "steps"), 10**9, "steps is 1000000000; it must be a whole number from 1 to 1000"),
    (("attacks", "fgsm", 50), {}, "the name 50 in attacks.fgsm will not do; it must be a short word"),
    (("distortions", "noise", "released", "strengths"), [-1], r"strengths.0 is -1; it must be a number from 0"),
    (("distortions", "noise", "released", "draws"), 0, "draws is 0; it must be a whole number from 1 to 1000"),
    (("plane", "sides"), 9, r"unknown key 'sides' in plane; did you mean 'side'\?"),
    (("plane", "sleep", "rule"), "new", "plane.sleep.rule is 'new'; it must be printed, released or inverted"),
    (("plane", "sleep", "steps"), ..., "key 'steps' is missing in plane.sleep"),
    (
        ("defences", "sleep", "released", "rule"),
        "naps",
        "rule is 'naps'; it must be printed, released or inverted",
    ),
    (
        ("defences", "sleep", "released", "mnist"),
        {"rate": 1},
        "sleep.released has no steps for mnist; write mnist: {steps: …}",
    ),
    ((*AUDITED, "defences", "finetune"), ["fgsm", "fog"], "finetune is 'fog'; it must be one of fgsm, noise, blur, deepfool"),
    ((*LOSS, "objective"), "entropy", "objective is 'entropy'; it must be loss, margin or logit"),
    ((*LOSS, "among"), "right", "pruning.attacks.fgsm.loss counts all images; set its among to all"),
    (
        ("defences", "sleep", "released", "mnist", "rat"),
        40,
        r"unknown key 'rat' in defences.sleep.released; did you mean 'rate'\?",
    ),
    (("defences", "sleep", "printed", "mnist"), 5, "defences.sleep.printed.mnist is 5; it must be a mapping of parameters"),
    ((*LOSS, "epsilon"), 0.1, r"unknown key 'epsilon' in attacks.fgsm.loss; did you mean 'epsilon_step'\?"),
    (
        ("attacks", "fgms"),
        {"loss": {"examples": 3}},
        "attacks names 'fgms', but attacks/ has only apgd, autoattack, bim, boundary",
    ),
    ((*AUDITED, "attacks", "fgsm"), "carlini", "readings.audited.attacks.fgsm is 'carlini'; it must be one of loss, margin"),
    (
        (*AUDITED, "defences", "sleep"),
        {"fgsm": "released"},
        "key 'else' is missing in readings.audited.defences.sleep",
    ),
    (
        (*AUDITED, "defences", "sleep"),
        {"fog": "released", "else": "released"},
        "readings.audited.defences.sleep names 'fog', which is no attack or distortion of the config",
    ),
    ((*AUDITED, "defences", "sleep"), {"else": "nap"}, "sleep is 'nap'; it must be one of printed, leaky"),
    (
        ("defences", "finetune", "fgsm", "measured_by"),
        ["fgms"],
        "finetune.fgsm.measured_by names 'fgms'; it must be among apgd, autoatt",
    ),
    (
        ("defences", "finetune", "fgsm", "tuned_on"),
        "fog",
        "tuned_on is 'fog'; it must be fgsm, noise, blur, deepfool, jsma or bound",
    ),
    ((*LOSS, "networks"), "some", "attacks.fgsm.loss.networks is 'some'; it must be all, compared or none"),
    (("attacks", "boundary", "printed", "step"), 0, "boundary.printed.step is 0; it must be a number above 0, 1 at most"),
    (("attacks", "boundary", "printed", "adaptation"), 1, "adaptation is 1; it must be a number above 1"),
    (
        ("attacks", "boundary", "released", "deviations"),
        ["positiv"],
        "deviations.0 is 'positiv'; it must be a deviation's name",
    ),
    (("attacks", "pgd", "linf", "strengths"), [0], "pgd.linf.strengths.0 is 0; it must be a number above 0"),
    (("attacks", "pgd", "linf", "restarts"), 0, "pgd.linf.restarts is 0; it must be a whole number from 1"),
    ((*AUDITED, "defences", "nap"), "x", "readings.audited.defences names 'nap', which defences does not have"),
    ((*AUDITED, "scores"), ["Q"], "scores.0 is 'Q'; it must be F, I or Z"),
    ((*AUDITED, "defences", "control"), ..., "readings.audited.defences lacks 'control'; name one of its variants: released"),
    (
        ("defences", "weight_noise", "found", "sleep"),
        "deep",
        "weight_noise.found.sleep names 'deep'; it must be a variant of sleep",
    ),
    (("defences", "ablated", "found_slept", "by"), "age", "by is 'age'; it must be slept, random, most_active, least_active"),
    (("pruning", "seeds"), [1, 2], "pruning.seeds is .1, 2.; it must be a list of at least three different whole numbers"),
    (("pruning", "sleeps"), ["deep"], "pruning.sleeps names 'deep'; it must be a variant of sleep: printed"),
    (("pruning", "attacks", "nap"), {"a": {}}, "pruning.attacks names 'nap'; it must be among apgd, autoattack"),
    (
        ("pruning", "attacks", "pgd", "linf", "sleeps"),
        ["leaky"],
        "pgd.linf.sleeps names 'leaky'; it must be among found, printed",
    ),
    (
        ("pruning", "attacks", "pgd", "linf", "networks"),
        ["nap"],
        "pgd.linf.networks names 'nap'; it must be among control, sleep",
    ),
    (
        ("coverage", "networks", "sleep"),
        ["deep"],
        "coverage.networks.sleep names 'deep'; it must be made of the control: printed",
    ),
    (("coverage", "networks", "distillation"), ["t50_kept"], "names 't50_kept'; it must be made of the control: t50, released"),
    (("coverage", "networks", "control"), [], "coverage.networks must begin with control and one variant of it"),
    (("coverage", "numbers"), [3, 30], "coverage.seeds has 40 seeds; two sets of 30 need more"),
    (("coverage", "attacks", "nap"), {"a": {}}, "coverage.attacks names 'nap'; it must be among apgd, autoattack"),
    (("coverage", "draws"), 0, "coverage.draws is 0; it must be a whole number from 1"),
    (("pruning", "attacks", "pgd", "linf", "strengths"), [0], "pruning.attacks.pgd.linf.strengths.0 is 0; it must be a number"),
    (("pruning", "attacks", "pgd", "other"), {"examples": 3}, "key 'strengths' is missing in pruning.attacks.pgd.other"),
    (("defences", "sleep", "found", "updates"), 0, "sleep.found.updates is 0; it must be a whole number from 1, or null"),
    (("search", "searches", "wide", "starts"), ["deep"], "searches.wide starts from 'deep'; it must be among printed, leaky"),
    (("search", "searches", "wide", "space"), "deep", "search.searches.wide names the space 'deep'; there are narrow, wide"),
    (
        ("search", "searches", "wide", "space"),
        "narrow",
        "searches.wide needs a decay in fixed, or a time_constant in its space",
    ),
    (
        ("search", "searches", "wide", "fixed", "decay"),
        1,
        "searches.wide needs a decay in fixed, or a time_constant in its space",
    ),
    (("search", "searches", "wide", "spikes"), -1, "search.searches.wide.spikes is -1; it must be a number from 0"),
    (("search", "searches", "wide", "most_spikes"), 0, "wide.most_spikes is 0; it must be a whole number from 1, or null"),
    (("search", "rescored", "unseen"), [9, 2], "search.rescored.unseen names the seed 2, which MNIST has; name another"),
    (("search", "spaces", "wide", "rate"), [0, 10], "search.spaces.wide.rate.0 is 0; it must be a number above 0"),
    (("search", "spaces", "wide", "thresholds"), [[1, 2]] * 2, "wide.thresholds has 2 limits; MNIST's network has 3 layers"),
    (
        ("search", "spaces", "wide", "steps"),
        [10, 10],
        "search.spaces.wide.steps has 10 to 10; the second must be above the first",
    ),
    (
        ("search", "spaces", "wide", "thresholds"),
        [[2, 1]] * 3,
        "wide.thresholds has 2 to 1; the second must be above the first",
    ),
    (
        ("search", "searches", "several", "cases"),
        [[9, "storage"]],
        "search.searches.several names the seed 9; MNIST has 1, 2, 3",
    ),
    (
        ("search", "searches", "several", "cases"),
        [[1, "sorted"]],
        "cases.0.1 is 'sorted'; it must be storage or a whole number",
    ),
    (("analyses", "leak", "sleep"), "nap", "analyses.leak.sleep names 'nap'; it must be a variant of sleep: printed, leaky"),
    (("analyses", "leak", "constants"), [0], "analyses.leak.constants.0 is 0; it must be a number of seconds above 0"),
    (("analyses", "leak", "resets"), ["half"], "analyses.leak.resets.0 is 'half'; it must be zero, subtract or none"),
    (("undertrained", "sleeps"), ["nap"], "undertrained.sleeps names 'nap'; it must be a variant of sleep: printed, leaky"),
    (
        ("undertrained", "strengths"),
        [0.052],
        "undertrained.strengths has 0.052; it must be among the first 80 multiples of 0.005",
    ),
    (
        ("undertrained", "strengths"),
        [0.45],
        "undertrained.strengths has 0.45; it must be among the first 80 multiples of 0.005",
    ),
    (("undertrained", "lengths", "cifar"), {"images": [], "epochs": [1]}, "undertrained.lengths names 'cifar', which datasets"),
    (("undertrained", "lengths", "mnist", "epochs"), [], r"lengths.mnist.epochs is \[\]; it must be a list of different whole"),
    (("undertrained", "lengths", "mnist", "images"), [1.5], "lengths.mnist.images.0 is 1.5; it must be a whole number from 1"),
    (("search", "searches", "several", "objective"), "best", "objective is 'best'; it must be printed, constrained or common"),
]
# the same of what another paper has
WRONG_OF_ZHANG = [
    (
        ("attacks", "fgsm", "kept", "among"),
        "right",
        "names 'kept'; a transfer counts all images, so set its among to all",
    ),
    (("attacks", "fgsm", "right", "among"), "wrong", "attacks.fgsm.right.among is 'wrong'; it must be all or right"),
    (("attacks", "fgsm", "kept", "keep"), 1, "attacks.fgsm.kept.keep is 1; it must be true or false"),
    (
        ("transfers", "fgsm", "shared", "images"),
        "cept",
        "shared.images names 'cept'; it must be a variant: right, kept",
    ),
    (("transfers", "fgsm", "shared", "source"), "control/x", "source names 'control/x', which defences does not have"),
    (("transfers", "fgsm", "shared", "source"), "control", "shared.source is 'control'; it must be a network, defence/variant"),
    (("transfers", "fgsm", "shared", "networks"), "some", "shared.networks is 'some'; it must be all, compared or none"),
    (("transfers", "cw"), {"a": {}}, "transfers names 'cw', which attacks does not have; it has fgsm"),
    (
        ("transfers", "fgsm", "shared", "images"),
        "right",
        "shared.images names 'right', which keeps none; set its keep",
    ),
    (
        ("transfers", "fgsm", "shared", "mnist"),
        {"source": "sleep/described"},
        "has another source or images for mnist",
    ),
    (("attacks", "fgsm", "right", "mnist"), 5, "attacks.fgsm.right.mnist is 5; it must be a mapping of parameters"),
    (
        ("defences", "finetune", "blur", "measured_by"),
        ["fgms"],
        "blur.measured_by names 'fgms'; it must be among apgd, auto",
    ),
    (("attacks", "fgsm", "right"), {"from": "tadros/mnist/fgsm/loss"}, "key 'examples' is missing in attacks.fgsm.right"),
    (("transfers", "fgsm", "right"), SHARED, "transfers.fgsm.right has the name of a variant of the attack; give it another"),
    (FROM, "tadros/mnist/distillation", "is 'tadros/mnist/distillation'; it must be PAPER/DATASET/DEFENCE/VARIANT of another"),
    (FROM, "tadros/cifar/distillation/released", "names 'tadros/cifar/.*; it must be PAPER/DATASET/DEFENCE/VARIANT of another"),
    (FROM, "zhang/mnist/distillation/released", "names 'zhang/mnist/.*; it must be PAPER/DATASET/DEFENCE/VARIANT of another"),
    (FROM, "tadros/mnist/distillation/t50", "tadros must make a network of the name distillation/released"),
    (
        (*MNIST, "seeds"),
        [1, 2, 6],
        "'tadros/mnist/control/released', which has no seed 6; take it out of mnist's seeds",
    ),
]
ASLEEP = ("defences", "deepsleep", "cycles_2")
WRONG_OF_DEEPSLEEP = [
    ((*TRAINING, "network"), "cnn", "datasets.mnist.training.network is 'cnn'; it must be one of lenet, relu"),
    ((*TRAINING, "sizes"), [784, 10], "unknown key 'sizes' in datasets.mnist.training; known are epochs, batch"),
    ((*TRAINING, "network"), "relu", "key 'sizes' is missing in datasets.mnist.training"),
    ((*ASLEEP, "slow", "steps"), [], r"slow.steps is \[\]; it must be a list of whole numbers from 1, one for each level"),
    ((*ASLEEP, "fast", "share"), 2, "fast.share is 2; it must be a share from 0 to 1"),
    ((*ASLEEP, "fast", "noise"), float("nan"), "fast.noise is nan; it must be a number from 0 to 1"),
    ((*ASLEEP, "slow", "length"), 0, "slow.length is 0; it must be a whole number from 1"),
    ((*ASLEEP, "cycles"), 0, "cycles is 0; it must be a whole number from 1"),
    (("attacks", "pgd", "linf", "strengths"), [0.25, 1.5], "pgd.linf.strengths has 1.5; no ε may be above 1, the range of a"),
    (
        ("defences", "adversarial_train", "strong", "strength"),
        64,
        "strong.strength has 64; no ε may be above 1, the range of a",
    ),
    (("defences", "deepsleep", "slow_only", "of"), "nobody", "slow_only.of names 'nobody'; it must be null or among cycles_2"),
    (
        ("transfers", "fgsm", "shared", "source"),
        "control/nobody",
        "source names 'control/nobody', which defences does not have",
    ),
    ((*ASLEEP, "fast", "made_on"), "snn", "fast.made_on is 'snn'; it must be control or mixture"),
    ((*ASLEEP, "statistics"), "stale", r"statistics is 'stale'; it must be null \(a spiking network\), fresh, carried or"),
    (("columns", "as_released", "PGD"), "jsma", "columns.as_released.PGD is 'jsma'; it must be an attack of the reading: fgsm"),
    ((*ASLEEP, "fast", "neurons"), "resting", "fast.neurons is 'resting'; it must be spiking or relu"),
    (("stages", "as_released", "slow"), "slow", "stages.as_released.slow is 'slow'; it must be among cycles_2, "),
    (
        ("stages", "as_released", "slow"),
        "released_asleep",
        "'released_asleep', which is a spiking network; name another variant",
    ),
    (
        ("stages", "as_released", "asleep"),
        "released_slow",
        "'released_slow'; it must sleep fast, and slowly or be of",
    ),
    (("stages", "as_released", "asleep"), "awake", "'awake', which is no spiking network, whose statistics are null; name"),
    (
        ("attacks", "fgsm", "loss", "strengths"),
        [],
        r"strengths is \[\]; it must be a list of different numbers above 0, or null",
    ),
    (
        ("columns", "printed"),
        dict.fromkeys(("FGSM", "PGD", "BIM", "CW", "AutoAttack"), "fgsm"),
        "columns names 'printed', ",
    ),
]
# the same of what papers share
WRONG_FOR_ALL = [
    (("run",), ["zhong"], "run names 'zhong'; it must be among bnn, deepsleep, tadros, together, zhang"),
    (("only",), {"reading": ["printed"]}, r"unknown key 'reading' in only; did you mean 'readings'\?"),
    (("only",), {"seeds": ["x"]}, "only.seeds.0 is 'x'; it must be a whole number"),
    (("only",), {}, "only is {}; it must be a mapping of what to look at, with readings, seeds or datasets"),
    (("run",), [], r"run is \[\]; it must be a list of papers, each once"),
    (("papers",), {}, "papers is {}; it must be a mapping from short words, with at least one entry"),
    (("scael",), "laptop", r"unknown key 'scael'; did you mean 'scale'\?"),
    (("scale",), "big", "scale is 'big'; it must be laptop, full or smoke"),
    (("datasets",), None, "datasets is None; it must be a mapping from short words, with at least one entry"),
    (("datasets", "cub200", "images"), 7, "images is 7; it must be the path of a folder or an archive, or null"),
    (("datasets", "cub200", "weights"), "vgg", "weights is 'vgg'; it must be he2016 or torchvision"),
    (("datasets", "cub200", "scaling"), 2, "scaling is 2; it must be raw, mean or max"),
    ((*MNIST, "kind"), ..., "key 'kind' is missing in datasets.mnist"),
    ((*MNIST, "folder"), ..., "key 'folder' is missing in datasets.mnist"),
    ((*MNIST, "folder"), 3, "datasets.mnist.folder is 3; it must be the path of a folder, or null"),
    (
        (*MNIST, "sources"),
        ["ftp"],
        "datasets.mnist.sources.0 is 'ftp'; it must be https://FOLDER or npm:PACKAGE@VERSION/FOLDER",
    ),
    (
        (*MNIST, "sources"),
        ["npm:mnist/data"],
        "sources.0 is 'npm:mnist/data'; it must be https://FOLDER or npm:PACKAGE@VERSION",
    ),
    ((*MNIST, "md5"), {"train_images": "0" * 32}, "key 'train_labels' is missing in datasets.mnist.md5"),
    ((*MNIST, "md5", "test_images"), "x", "datasets.mnist.md5.test_images is 'x'; it must be an MD5 checksum"),
    ((*MNIST, "train_examples"), "some", "train_examples is 'some'; it must be a whole number from 1, or all"),
    ((*MNIST, "folder"), "", "folder is ''; it must be the path of a folder, or null"),
    (
        ("datasets", "cifar"),
        WHOLE["datasets"]["mnist"] | {"kind": "cifar"},
        "datasets names 'cifar', but data/ has only cifar10, cub200, idx, patches; mend the name or write data/cifar.py",
    ),
]


def changed(where, value, of=("papers", "tadros")):
    """The whole config with one thing changed in the part at `of`."""
    config = copy.deepcopy(WHOLE)
    *parents, key = (*of, *where)
    node = config
    for parent in parents:
        node = node[parent]
    if value is ...:
        del node[key]
    else:
        node[key] = value
    return config


@pytest.mark.parametrize(("where", "value", "sentence"), WRONG)
def test_a_wrong_config_of_a_paper_is_one_sentence(where, value, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        check(changed(where, value))
    assert str(error.value).startswith("config of tadros: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(("where", "value", "sentence"), WRONG_OF_DEEPSLEEP)
def test_a_wrong_config_of_deepsleep_is_one_sentence(where, value, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        check(changed(where, value, of=("papers", "deepsleep")))
    assert str(error.value).startswith("config of deepsleep: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(("where", "value", "sentence"), WRONG_OF_ZHANG)
def test_a_wrong_config_of_another_paper_is_one_sentence(where, value, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        check(changed(where, value, of=("papers", "zhang")))
    assert str(error.value).startswith("config of zhang: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(("where", "value", "sentence"), WRONG_FOR_ALL)
def test_a_wrong_config_is_one_sentence(where, value, sentence):
    with pytest.raises(UserError, match=sentence) as error:
        check(changed(where, value, of=()))
    assert str(error.value).startswith("config: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("overlay", "sentence"),
    [
        ({"papers": ["tadros"]}, "config: papers is ['tadros']; it must be a mapping from papers"),
        ({"papers": {"tadros": ["mnist"]}}, "config: papers is {'tadros': ['mnist']}; it must be a mapping from papers"),
        (
            {"papers": {"tadrso": {}}},
            "config: papers names 'tadrso'; it must be among bnn, deepsleep, tadros, together, zhang.",
        ),
        ({"papers": {"tadros": {"datasets": {"mnist": {"like": "x"}}}}}, "config of tadros: datasets.mnist.like is 'x'"),
        ({"datasets": {"mnist": {"like": "x"}}}, "config: datasets.mnist.like is 'x'; it must be an entry beside it"),
    ],
)
def test_a_wrong_overlay_is_one_sentence(overlay, sentence):
    with pytest.raises(UserError) as error:
        load(overlaid(BASE, overlay), ROOT / "config/papers")
    assert sentence in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("null", [None, "null"])  # of a file, and of --config
def test_an_overlay_leaves_out_what_it_says_is_null(null):
    overlay = {
        "attacks": {"autoattack": null, "boundary": {"foolbox": null}},
        "readings": {"favourable": null, "audited": {"attacks": {"pgd": null}}},
    }
    paper = load(overlaid(BASE, {"papers": {"tadros": overlay}}), ROOT / "config/papers")["papers"]["tadros"]
    whole = WHOLE["papers"]["tadros"]
    assert paper["attacks"].keys() == whole["attacks"].keys() - {"autoattack"} and "foolbox" not in paper["attacks"]["boundary"]
    assert paper["readings"].keys() == whole["readings"].keys() - {"favourable"}
    left = whole["readings"]["audited"]["attacks"].keys() - {"autoattack", "pgd"}
    assert paper["readings"]["audited"]["attacks"].keys() == left


def test_what_is_left_out_but_needed_is_one_sentence():
    left_out = overlaid(BASE, {"papers": {"tadros": {"attacks": {"jsma": None}}}})
    with pytest.raises(UserError, match=r"defences\.finetune\.jsma is tuned on jsma, which needs"):
        check(load(left_out, ROOT / "config/papers"))
    left_out = overlaid(BASE, {"papers": {"tadros": {"attacks": {"autoattack": None}}}})
    with pytest.raises(UserError, match=r"readings\.audited\.beside names 'autoattack', which its attacks and defences lack"):
        check(load(left_out, ROOT / "config/papers"))


def test_a_paper_that_is_not_run_holds_up_no_other():
    config = copy.deepcopy(WHOLE) | {"run": ["tadros"]}
    config["papers"]["tadros"]["datasets"]["mnist"]["seeds"] = [1, 2, 3]  # fewer than zhang's networks are of
    check(config)
    with pytest.raises(UserError, match=r"config of zhang: defences.control.released.from names .* which has no seed 4"):
        check(config | {"run": ["tadros", "zhang"]})


@pytest.mark.parametrize("broken", [None, 3, [], {"mnist": 3}, {"mnist": None}])
def test_data_sets_that_are_no_mapping_are_left_to_the_check(broken):
    for overlay in ({"datasets": broken}, {"papers": {"tadros": {"datasets": broken}}}):
        with pytest.raises(UserError, match="datasets"):
            check(load({**BASE, **overlay}, ROOT / "config/papers"))


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("jsma", {"attack": "strong"}, "needs null as strongest and a variant of it as attack: plain, released"),
        ("deepfool", {"attack": None}, "needs null as strongest and a variant of it as attack: plain, released"),
        ("jsma", {"strongest": 0.1}, "needs null as strongest and a variant of it as attack"),
        (
            "jsma",
            {"patches": {"examples": "all", "keep_originals": True, "attack": "strong"}},
            "needs null as strongest and a var",
        ),
        ("noise", {"strongest": None}, "needs a number as strongest and null as attack"),
        ("fgsm", {"attack": "loss"}, "needs a number as strongest and null as attack"),
    ],
)
def test_a_tuned_network_needs_what_changes_its_images(name, change, sentence):
    config = copy.deepcopy(WHOLE)
    config["papers"]["tadros"]["defences"]["finetune"][name] |= change
    with pytest.raises(UserError, match=f"config of tadros: defences.finetune.{name} is tuned on {name}, which {sentence}"):
        check(config)


def test_an_attack_that_no_reading_names_is_said():
    config = copy.deepcopy(WHOLE)
    del config["papers"]["tadros"]["readings"]["audited"]["attacks"]["pgd"]
    with pytest.raises(
        UserError, match="config of tadros: no reading names a variant of the attack 'pgd'; name one, or take it out of att"
    ):
        check(config)


def test_only_the_audited_reading_has_autoattack():
    assert [name for name, reading in CONFIG["readings"].items() if "autoattack" in reading["attacks"]] == ["audited"]


@pytest.mark.parametrize("scale", ["laptop", "full", "smoke"])
def test_every_scale_is_right_and_named_for_its_file(scale):
    overlay = {} if scale == "laptop" else yaml.safe_load((ROOT / "config" / f"{scale}.yaml").read_text())
    config = load(overlaid(BASE, overlay), ROOT / "config/papers")
    check(config)
    assert config["scale"] == scale
