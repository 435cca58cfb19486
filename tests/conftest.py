"""What the tests share: a copy of the project to run in, real MNIST, and a skip that is loud where data are not to be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from filelock import FileLock

from sleep_robustness.configuration import load
from sleep_robustness.inheritance import overlaid

ROOT = Path(__file__).parents[1]
os.environ |= {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL")}  # as in the workflow; read when torch is imported
if not shutil.which("nvidia-smi"):
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"  # the cuda engine's kernel runs in numba's simulator; read when numba is imported
SMOKE = ["--configfile", "config/smoke.yaml", "config/local.yaml"]
TREE = ["Snakefile", "README.md", "CONTRIBUTING.md", "config", "envs", "profiles", "workflow"]
WHOLE = load(yaml.safe_load((ROOT / "config/config.yaml").read_text()), ROOT / "config/papers")  # the config as it is used
CONFIG = WHOLE["papers"]["tadros"]
SMOKE_WHOLE = load(
    overlaid(*(yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()) for name in ("config", "smoke"))),
    ROOT / "config/papers",
)  # the smoke scale
TREE += [file for paper in WHOLE["papers"].values() for file in paper.get("guides", {})]  # the page links to them


def pytest_runtest_setup(item):
    """Skip what needs a GPU where there is none."""
    if item.get_closest_marker("gpu") and os.environ.get("NUMBA_ENABLE_CUDASIM") == "1":
        pytest.skip("THERE IS NO GPU HERE")


class Project:
    """A copy of the workflow in a folder, or the one that is there, in which snakemake runs as a user would run it."""

    def __init__(self, folder: Path):
        self.folder = folder
        for name in [] if (folder / "Snakefile").is_file() else TREE:
            source = ROOT / name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, folder / name, symlinks=True)
            else:
                shutil.copy(source, folder / name)

    def command(self, *arguments: str) -> list[str]:
        """The command line of snakemake with these arguments."""
        return [sys.executable, "-m", "snakemake", *arguments]

    def snakemake(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run snakemake here; with `check`, failing is an error that shows its output."""
        done = subprocess.run(self.command(*arguments), cwd=self.folder, capture_output=True, text=True, timeout=2400)
        if check and done.returncode:
            raise AssertionError(f"snakemake {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}")
        return done

    def csv(self) -> dict[str, bytes]:
        """Every CSV of results and reports, and the files of batches, by path."""
        kinds = ("*.csv", "*.npz", "*.json")
        files = [file for part in ("results", "reports") for kind in kinds for file in (self.folder / part).rglob(kind)]
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in files}


@pytest.fixture
def project(tmp_path):
    """A fresh copy of the workflow, with nothing computed."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def mnist_raw(tmp_path_factory):
    """A folder with the four raw MNIST files: MNIST_FOLDER, the checkout's own download, or a new one."""
    from sleep_robustness.data.idx import FILES, download
    from sleep_robustness.errors import UserError

    for folder in (os.environ.get("MNIST_FOLDER"), ROOT / "resources" / "mnist"):
        if folder and all((Path(folder) / name).is_file() for name, _ in FILES.values()):
            return Path(folder)
    folder, source = tmp_path_factory.mktemp("mnist"), WHOLE["datasets"]["mnist"]
    try:
        download(folder, folder / "cache", "mnist", source["sources"], md5=source["md5"])
    except UserError as error:
        pytest.skip(f"REAL MNIST IS NOT TO BE HAD, set MNIST_FOLDER: {error}")
    return folder


@pytest.fixture(scope="session")
def mnist(mnist_raw):
    """MNIST as a Dataset."""
    from sleep_robustness.data.idx import load

    return load(mnist_raw)


@pytest.fixture(scope="session")
def golden():
    """The folder with the outputs of the original authors' program."""
    folder = os.environ.get("SLEEP_GOLDEN")
    if not folder or not Path(folder).is_dir():
        pytest.skip("GOLDEN DATA OF THE ORIGINAL PROGRAM ARE NOT HERE: set SLEEP_GOLDEN to their folder")
    return Path(folder)


@pytest.fixture(scope="session")
def mnist_network(mnist):
    """A small control network for MNIST, 784-100-100-10."""
    from sleep_robustness.defences import control

    params = {"sizes": [784, 100, 100, 10], "dropout": 0.2, "weight_spread": 0.01, "epochs": 3, "batch": 50}
    return control.fit(mnist, params | {"learning_rate": 0.1, "momentum": 0.5}, seed=1)


def give_mnist(project, folder):
    """Let the project take MNIST from a folder."""
    (project.folder / "config" / "local.yaml").write_text(yaml.safe_dump({"datasets": {"mnist": {"folder": str(folder)}}}))
    return project


def fill_in_profile(project, **changes):
    """Fill in the Slurm profile as a user without conda does, who changes other keys too."""
    file = project.folder / "profiles/slurm/config.yaml"
    profile = yaml.safe_load(file.read_text()) | {"use-conda": False} | changes
    profile["default-resources"] |= {"slurm_account": "nobody", "slurm_partition": "here"}
    file.write_text(yaml.safe_dump(profile))
    return project


NAP = '''
"""A toy defence: the control with all its weights a little smaller."""

import pandas as pd
import torch

from sleep_robustness.networks import copy_of

PARAMETERS = {"factor": {"type": "number", "description": "a number"}}


def fit(dataset, params, base=None, seed=0, device="cpu"):
    """Scale the weights."""
    network = copy_of(base)
    with torch.no_grad():
        for weight in network.weights:
            weight.mul_(params["factor"])
    network.history = pd.DataFrame([{"epoch": 0}])
    return network
'''


def make_small(project, folder):
    """Cut the smoke scale down to one data set, a job a seed, two defences and a toy one, added as a user would add it."""
    base = yaml.safe_load((project.folder / "config/config.yaml").read_text())
    overlay = yaml.safe_load((project.folder / "config/smoke.yaml").read_text())
    whole = load(overlaid(base, overlay), project.folder / "config/papers")
    config = whole["papers"].pop("tadros")
    config["datasets"] = {"mnist": config["datasets"]["mnist"] | {"batch": "one"}}
    config["use"] = ["mnist"]
    for variant in config["defences"]["sleep"].values():
        del variant["patches"], variant["cub200"]
    config["defences"] = {"control": {"released": {}}, "sleep": {"released": config["defences"]["sleep"]["released"]}}
    config["defences"]["nap"] = {"light": {"factor": 0.9}}
    config["attacks"] = {"fgsm": {"loss": config["attacks"]["fgsm"]["loss"]}}
    config["distortions"] = {"noise": config["distortions"]["noise"]}
    del config["distortions"]["noise"]["released"]["patches"]
    config["undertrained"]["sleeps"] = ["released"]
    for own in config["search"]["searches"].values():
        own["starts"] = ["released"]
    config["analyses"]["leak"]["sleep"] = "released"
    config["pruning"] |= {"sleeps": [], "attacks": {}, "distortions": {}}
    kept = {"control": ["released"], "sleep": ["released"]}
    config["coverage"] |= {"networks": kept, "attacks": {"fgsm": {"loss": {"examples": 20}}}, "distortions": {}}
    config["undertrained"]["lengths"] = {"mnist": config["undertrained"]["lengths"]["mnist"]}
    networks = {"control": "released", "sleep": "released", "nap": "light"}
    reading = {"defences": networks, "attacks": {"fgsm": "loss"}, "distortions": {"noise": "released"}, "scores": ["F"]}
    config["readings"] = {"printed": reading}
    (project.folder / "config/papers/tadros/paper.yaml").write_text(yaml.safe_dump(config))
    known = {name: whole["datasets"][name] for name in ("mnist", "cifar10", "cifar100")}  # other papers name the latter two
    own = {"datasets": known | {"mnist": known["mnist"] | {"folder": str(folder)}}}
    (project.folder / "config/config.yaml").write_text(yaml.safe_dump({"scale": "smoke", "run": ["tadros"]} | own))
    (project.folder / "workflow/lib/sleep_robustness/defences/nap.py").write_text(NAP)
    return project


@pytest.fixture
def small(project, mnist_raw):
    return make_small(project, mnist_raw)


@pytest.fixture(scope="session")
def finished_small(tmp_path_factory, mnist_raw):
    """The small project, its tables and figures of networks made on two cores. All processes of a test run share it."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "small"
    with FileLock(f"{folder}.lock"):
        project, finished = Project(folder), folder / "finished"
        if not finished.is_file():
            make_small(project, mnist_raw)
            project.snakemake("--cores", "2", "tadros_table_1", "tadros_table_fgsm", "tadros_fig_1", "tadros_fig_2")
            finished.touch()
    return project
