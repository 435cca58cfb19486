"""From the config to runs: which networks there are, what they are made of, what each is measured by, and in which files all
that lies. Standard library only: Snakemake's own process imports it.

A run is a mapping of its axes: dataset, defence, variant, seed and, under an attack, attack and attack_variant; under a
distortion likewise. A batch is the runs of one job, named by `networks` and `seeds`: "sleep/found" and "1-5" are five networks
of one variant, "all" and "1-20" those of all variants.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from sleep_robustness.errors import UserError
from sleep_robustness.keys import key_of, seeds_of, spelled
from sleep_robustness.readings import OF_FEATURES, compared, for_dataset, meetings, variants_of

ALL = "all"
DIAGNOSED = 500  # examples at most whose attacks are diagnosed, where not all are attacked

Run = dict


@dataclass(frozen=True)
class Plan:
    """What the checked config of one paper asks for. others: the plans of papers whose networks it takes, by paper."""

    paper: str
    config: Mapping
    others: Mapping[str, "Plan"] = field(default_factory=dict)

    # what there is

    @property
    def datasets(self) -> list[str]:
        """The data sets that are run."""
        return self.config["use"]

    def of_kind(self, kind: str) -> list[str]:
        """Those of one kind."""
        return [name for name in self.datasets if self.config["datasets"][name]["kind"] == kind]

    def seeds(self, dataset: str) -> list[int]:
        """The seeds of a data set's networks."""
        return self.config["datasets"][dataset]["seeds"]

    @property
    def networks(self) -> list[tuple[str, str]]:
        """All networks, (defence, variant), each behind the one that it is made of."""
        known = [(defence, variant) for defence, variants in self.config["defences"].items() for variant in variants]
        return sorted(known, key=lambda network: len(self._line(*network)))

    def _line(self, defence: str, variant: str) -> list[tuple[str, str]]:
        """The networks that one is made of, the control last; of the control itself none."""
        if defence == "control":
            return []
        base = self.base_of(defence, variant)
        return [base, *self._line(*base)]

    @property
    def control(self) -> str:
        """The variant of the control that the defences start from."""
        return next(iter(self.config["defences"]["control"]))

    def base_of(self, defence: str, variant: str) -> tuple[str, str]:
        """The network that one is made of: another variant of its defence, if it says so, or the control."""
        of = self.config["defences"][defence][variant].get("of")
        return (defence, of) if of else ("control", self.control)

    @property
    def image_distortions(self) -> list[str]:
        """The distortions of images."""
        return [name for name in self.config["distortions"] if name not in OF_FEATURES]

    @property
    def beside(self) -> set[str]:
        """The attacks and defences that the paper does not have: those that a reading says stand beside the paper's."""
        return {name for reading in self.config["readings"].values() for name in reading.get("beside", [])}

    @property
    def attacks_beside(self) -> list[str]:
        """The attacks among them."""
        return [name for name in self.config["attacks"] if name in self.beside]

    @property
    def papers_attacks(self) -> list[str]:
        """The paper's attacks, but those that no network meets."""
        own = [name for name in self.config["attacks"] if name not in self.beside]
        return [name for name in own if any(self.runs(dataset, attack=name) for dataset in self.datasets)]

    def variants(self, part: str) -> list[str]:
        """The names of all variants of attacks, transfers among them, or of distortions. part: "attacks" or "distortions"."""
        return sorted({variant for name in self.config[part] for variant in variants_of(self.config, part, name)})

    # parameters

    def params(self, part: str, name: str, variant: str, dataset: str) -> dict:
        """A variant's parameters for one data set. part: "defences", "attacks", "transfers" or "distortions"."""
        return for_dataset(self.config[part][name][variant], dataset, self.config["datasets"])

    def transfer_params(self, dataset: str, attack: str, attack_variant: str, **_) -> dict:
        """The parameters of the attack whose images a transfer shows, and their source, "defence/variant"."""
        own = self.params("transfers", attack, attack_variant, dataset)
        return self.attack_params(dataset, attack, own["images"]) | {"source": own["source"]}

    def attack_params(self, dataset: str, attack: str, attack_variant: str, **_) -> dict:
        """What an attack's variant does on a data set; on which networks changes nothing of it."""
        return _without(self.params("attacks", attack, attack_variant, dataset), "networks")

    def distortion_params(self, dataset: str, distortion: str, distortion_variant: str, **_) -> dict:
        """What a distortion's variant does on a data set."""
        return self.params("distortions", distortion, distortion_variant, dataset)

    def diagnosis_params(self, dataset: str, **_) -> dict:
        """Those of the FGSM whose adversarials are transferred from the control: by the logit margin, if the config has it."""
        known = self.config["attacks"]["fgsm"]
        name = next((name for name, own in known.items() if own["objective"] == "margin"), next(iter(known)))
        own = self.attack_params(dataset, "fgsm", name)
        return own | {"examples": "all" if own["examples"] == "all" else min(own["examples"], DIAGNOSED)}

    def fit_params(self, dataset: str, defence: str, variant: str) -> dict:
        """What a network is made with: the data set's parameters of training, overlaid with those of the variant."""
        own = _without(self.params("defences", defence, variant, dataset), "measured_by")
        if "sleep" in own:
            own["sleep"] = self.params("defences", "sleep", own["sleep"], dataset)
        if own.get("attack"):
            own["attack"] = _without(self.attack_params(dataset, own["tuned_on"], own["attack"]), "examples")
        return self.config["datasets"][dataset]["training"] | own

    # files

    def data_file(self, pattern: str, dataset: str, **_) -> str:
        """The file of the data that a data set is of."""
        return pattern.format(data=self.config["datasets"][dataset]["data"])

    def batch_of(self, dataset: str, defence: str, variant: str, seed: int, **_) -> dict:
        """The batch that a run is of: its networks and seeds."""
        taken = self.config["datasets"][dataset]["batch"]
        networks = ALL if taken == "all" else f"{defence}/{variant}"
        return {"networks": networks, "seeds": spelled([seed] if taken == "one" else self.seeds(dataset))}

    def files(self, pattern: str, runs: Iterable[Run]) -> list[str]:
        """The file of each run; those of one batch have one. A pattern may hold the stage that measured it."""
        return [pattern.format(paper=self.paper, stage=self.stage_of(**run), **run | self.batch_of(**run)) for run in runs]

    def stage_of(self, attack: str = "", attack_variant: str = "", **_) -> str:
        """What measures a run: "attacks", or "transfers" of the images of one."""
        return "transfers" if attack_variant in self.config.get("transfers", {}).get(attack, {}) else "attacks"

    def sources(self, dataset: str, seeds: str, attack: str, attack_variant: str, **_) -> list[Run]:
        """The runs of an attack whose images a transfer shows the networks of a batch, one for each seed."""
        own = self.config["transfers"][attack][attack_variant]
        axes = dict(zip(("defence", "variant"), own["source"].split("/"), strict=True))
        run = {"dataset": dataset, "attack": attack, "attack_variant": own["images"]} | axes
        return [run | {"seed": seed} for seed in seeds_of(seeds)]

    def models(self, pattern: str, runs: Iterable[Run]) -> list[str]:
        """The files that hold the runs' networks, each once; controls, which others are made of, have files of their own, and
        networks that are another paper's lie there."""
        found = {}
        for run in runs:
            plan, own = self.maker(run)
            apart = {"networks": f"control/{own['variant']}"} if own["defence"] == "control" else {}
            found[pattern.format(paper=plan.paper, **own | plan.batch_of(**own) | apart)] = None
        return list(found)

    def maker(self, run: Run) -> tuple["Plan", Run]:
        """The plan of the paper whose network a run's is, and the run there."""
        if not (place := self.config["defences"][run["defence"]][run["variant"]].get("from")):
            return self, run
        paper, *axes = place.split("/")
        other, own = self.others[paper], run | dict(zip(("dataset", "defence", "variant"), axes, strict=True))
        if run["seed"] not in other.seeds(own["dataset"]) or own["variant"] not in other.config["defences"].get(
            own["defence"], {}
        ):
            raise UserError(f"config of {self.paper}: {place} with seed {run['seed']} is none of the networks of {paper}.")
        return other, own

    def batch(self, dataset: str, networks: str, seeds: str, **by: str) -> list[Run]:
        """The runs of a batch. by: attack and attack_variant, or those of a distortion, if the networks are measured by one."""
        made = self.networks if networks == ALL else [tuple(networks.split("/"))]
        if networks == ALL and ("attack" in by or "distortion" in by):
            kind, name = _measure(**by)
            met = meetings(self.config, f"{kind}s", name, dataset, sources=True)
            met = {one[:2] for one in met if one[2] == by[f"{kind}_variant"]}
            made = [network for network in made if network in met]
        return [
            {"dataset": dataset, "defence": defence, "variant": variant, "seed": seed}
            for defence, variant in made
            for seed in seeds_of(seeds)
        ]

    # what a job does with the networks of its batch

    def made(self, networks: str, **batch: str) -> list[Run]:
        """The networks that a job makes: those of its batch but another paper's, without the controls if that has all."""
        own = [run for run in self.batch(networks=networks, **batch) if self.maker(run)[0] is self]
        return [run for run in own if networks != ALL or run["defence"] != "control"]

    def fits(self, **batch: str) -> list[dict]:
        """What each network is made by: its axes, the keys of its control and of the variant `of`, and its parameters."""
        made = []
        for run in self.made(**batch):
            control, of = self.control_run(run), self.base_run(run)
            base = None if run["defence"] == "control" else key_of(control)
            params = self.fit_params(run["dataset"], run["defence"], run["variant"])
            made.append(run | {"base": base, "of": None if of == control else key_of(of), "parameters": params})
        return made

    def base_run(self, run: Run) -> Run:
        """The network that a run's is made of."""
        return run | dict(zip(("defence", "variant"), self.base_of(run["defence"], run["variant"]), strict=True))

    def bases(self, **batch: str) -> list[Run]:
        """The controls of a batch's networks, and what else these are made of, without those that the same job makes."""
        runs = self.made(**batch)
        bases = [base for run in runs for base in (self.control_run(run), self.base_run(run)) if base not in runs]
        return [base for place, base in enumerate(bases) if base not in bases[:place]]

    def control_run(self, run: Run) -> Run:
        """The control of a run's data set and seed."""
        return run | {"defence": "control", "variant": self.control}

    def with_controls(self, runs: Iterable[Run]) -> list[Run]:
        """Runs, each behind its control."""
        return [one for run in runs for one in (self.control_run(run), run)]

    def attacked(self, **batch: str) -> list[dict]:
        """The networks of a batch under an attack: seed and, by its key, network."""
        return [{"seed": run["seed"], "network": key_of(run)} for run in self.batch(**batch)]

    def diagnosed(self, **batch: str) -> list[dict]:
        """The networks of a batch that FGSM attacks, with their controls: seed, network and source, by key."""
        met = {one[:2] for one in meetings(self.config, "attacks", "fgsm", batch["dataset"])}
        runs = [run for run in self.batch(**batch) if (run["defence"], run["variant"]) in met]
        keys = ({"network": key_of(run), "source": key_of(self.control_run(run))} for run in runs)
        return [{"seed": run["seed"]} | own for run, own in zip(runs, keys, strict=True)]

    def defence_modules(self, **batch: str) -> list[str]:
        """The modules that a batch's defences find by name: their own, and the attacks that the networks are tuned on."""
        modules = set()
        for run in self.made(**batch):
            own = self.config["defences"][run["defence"]][run["variant"]]
            modules |= {f"defences.{run['defence']}"} | ({f"attacks.{own['tuned_on']}"} if own.get("attack") else set())
        return sorted(modules)

    def network_module(self, dataset: str, **_: str) -> str:
        """The module of a data set's kind of networks."""
        return f"networks.{self.config['datasets'][dataset]['training'].get('network', 'relu')}"

    # what a summary gathers

    def runs(self, dataset: str, **by: str) -> list[Run]:
        """Every run of an attack or a distortion on a data set. by: attack or distortion."""
        kind, name = _measure(**by)
        return [
            {"dataset": dataset, "defence": defence, "variant": variant, kind: name, f"{kind}_variant": own, "seed": seed}
            for defence, variant, own, _ in meetings(self.config, f"{kind}s", name, dataset)
            for seed in self.seeds(dataset)
        ]

    def compared_runs(self, dataset: str, **by: str) -> list[Run]:
        """Those that a reading compares, with the reading."""
        kind, name = _measure(**by)
        return [
            {"dataset": dataset, kind: name, "seed": seed, "reading": reading}
            | {"defence": defence, "variant": variant, f"{kind}_variant": own}
            for reading, defence, variant, own in compared(self.config, f"{kind}s", name, dataset)
            for seed in self.seeds(dataset)
        ]

    def papers_runs(self, attack: str, dataset: str, **_) -> list[Run]:
        """Those under an attack that are of the paper's networks, without those beside them."""
        runs = self.compared_runs(dataset, attack=attack)
        return [run for run in runs if run["defence"] not in self.beside]

    def checked_runs(self, dataset: str, **_) -> list[Run]:
        """Every run of every attack on a data set, and of the diagnosis of every network that FGSM attacks, which lies beside
        them as if it were an attack."""
        runs = [run for attack in self.config["attacks"] for run in self.runs(dataset, attack=attack)]
        by_fgsm = {key_of(run): run for run in runs if run["attack"] == "fgsm"}
        diagnosis = {"attack": "diagnosis", "attack_variant": "fgsm"}
        return [*runs, *(run | diagnosis for run in by_fgsm.values())]

    def summaries_of_attacks(self, pattern: str, attacks: Iterable[str] | None = None) -> list[str]:
        """The summaries of attacks, or of all, on every data set that they are run on."""
        return self._summaries(pattern, "attack", attacks or self.config["attacks"])

    def summaries(self, of_attacks: str, of_distortions: str) -> list[str]:
        """Those of all attacks and of all distortions, by the pattern of each."""
        distortions = self._summaries(of_distortions, "distortion", self.config["distortions"])
        return [*self.summaries_of_attacks(of_attacks), *distortions]

    def _summaries(self, pattern: str, kind: str, names: Iterable[str]) -> list[str]:
        axes = [{"dataset": dataset, kind: name} for dataset, name in product(self.datasets, names)]
        return [pattern.format(paper=self.paper, **one) for one in axes if self.runs(**one)]


def _without(params: Mapping, key: str) -> dict:
    """Parameters without one that changes nothing of what they make."""
    return {name: value for name, value in params.items() if name != key}


def _measure(attack: str | None = None, distortion: str | None = None, **_: str) -> tuple[str, str]:
    """What networks are measured by, ("attack" or "distortion", its name), among the axes of a batch or a summary."""
    return ("attack", attack) if attack else ("distortion", distortion)


def outputs_of(plans: Iterable[Plan], data: str) -> list[int]:
    """How many outputs the networks for some data have, over all papers, each number once."""
    entries = [own for plan in plans for own in plan.config["datasets"].values() if own["data"] == data]
    return sorted({own["training"]["sizes"][-1] for own in entries if "sizes" in own.get("training", {})})
