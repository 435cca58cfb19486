"""The files that say what a paper claims: claims.yaml, sentences.yaml and evidence.yaml of its folder of the config.

Standard library and the config's, as configuration.py: Snakemake's own process imports it.
"""

from collections.abc import Collection
from pathlib import Path

import yaml
from jsonschema.exceptions import best_match

from sleep_robustness.configuration import VALIDATOR, own_check, plugins, sentence_for
from sleep_robustness.errors import UserError
from sleep_robustness.imports import PACKAGE
from sleep_robustness.names import DATASETS

CLAIMS_SCHEMA, EVIDENCE_SCHEMA, SENTENCES_SCHEMA = (
    PACKAGE.parents[1] / "schemas" / f"{name}.schema.yaml" for name in ("claims", "evidence", "sentences")
)


def read_claims(file: Path, config: dict, paper: str) -> dict:
    """The claims of a file. Raises UserError, one sentence, for the first thing wrong with it; `config` says what there is."""
    claims = _read(file, CLAIMS_SCHEMA)
    known = {"dataset": dict.fromkeys([*DATASETS, *config["datasets"]]), "table": getattr(own_check(paper), "TABLES", ())}
    known |= {"attack": plugins("attacks"), "distortion": plugins("distortions"), "readings": config["readings"]}
    for name, claim in claims.items():
        for part in claim["parts"]:
            if {"margin", "within"} & part.keys() and not {"over", "table"} & (claim | part).keys():
                raise UserError(
                    f"{file.name}: {name} has a margin, which is of a difference; name the other network as `over`."
                )
        for part in ({}, *claim["parts"]):
            for key, names in known.items():
                asked = (claim | part).get(key, [])
                for one in asked if isinstance(asked, list) else [asked]:
                    if one not in names:
                        raise UserError(f"{file.name}: {name} names the {key} {one!r}; it must be among {', '.join(names)}.")
    return claims


def read_evidence(file: Path, claims: Collection[str]) -> list[dict]:
    """The explanations of a file. Raises UserError, one sentence, for the first thing wrong with it."""
    explanations = _read(file, EVIDENCE_SCHEMA)
    for one in explanations:
        if unknown := set(one["claims"]) - set(claims):
            raise UserError(f"{file.name}: {one['explains']!r} names the claim {unknown.pop()!r}, which claims.yaml lacks.")
    return explanations


def read_sentences(file: Path, claims: Collection[str]) -> list[dict]:
    """The paper's sentences of a file. Raises UserError, one sentence, for the first thing wrong with it, which may be a claim
    of the paper, a T, that no sentence names."""
    sentences = _read(file, SENTENCES_SCHEMA)
    named = [claim for one in sentences for claim in one.get("claims", [])]
    for one in sentences:
        if ("claims" in one) == ("why_not" in one):
            raise UserError(f"{file.name}: {one['says']!r} needs claims or why_not, and not both.")
        if unknown := set(one.get("claims", [])) - set(claims):
            raise UserError(f"{file.name}: {one['says']!r} names the claim {unknown.pop()!r}, which claims.yaml lacks.")
    if left := [claim for claim in claims if claim.startswith("T") and claim not in named]:
        raise UserError(f"{file.name}: no sentence names the claim {left[0]}; add it to the sentence that it is of.")
    return sentences


def _read(file: Path, schema: Path) -> list | dict:
    """What a file holds, checked against a schema."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    error = best_match(VALIDATOR(yaml.safe_load(schema.read_text(encoding="utf-8"))).iter_errors(content))
    if error:
        raise UserError(f"{file.name}: {sentence_for(error, ())}")
    return content
