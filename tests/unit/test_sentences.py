"""The paper's sentences: what is wrong with a file of them, and the table of their verdicts."""

import pandas as pd
import pytest
import yaml
from conftest import CONFIG, ROOT

from sleep_robustness.claim_files import read_claims, read_sentences
from sleep_robustness.claims import questions
from sleep_robustness.errors import UserError
from sleep_robustness.papers.tadros.configuration import TABLES
from sleep_robustness.papers.tadros.tables.table_sentences import table_sentences
from sleep_robustness.tables.markup import html

FILE = ROOT / "config/papers/tadros/sentences.yaml"
ONE = {"where": "§5 (p. 6)", "says": "It is so."}
CLAIMS = {"T2": {}, "T1": {}, "Z1": {}}


def read(tmp_path, *sentences):
    (tmp_path / "sentences.yaml").write_text(yaml.safe_dump(list(sentences)))
    return read_sentences(tmp_path / "sentences.yaml", CLAIMS)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "'It is so.' needs claims or why_not, and not both"),
        ({"claims": ["T1"], "why_not": "It cites."}, "'It is so.' needs claims or why_not, and not both"),
        ({"claims": ["T9"]}, "'It is so.' names the claim 'T9', which claims.yaml lacks"),
        ({"claims": []}, r"0.claims is \[\]; it must be a list of claims, each once"),
        ({"claims": ["T1", "T1"]}, r"0.claims is \['T1', 'T1'\]; it must be a list of claims, each once"),
        ({"claims": ["T1"]}, "no sentence names the claim T2; add it to the sentence that it is of"),
        ({"why_not": ""}, "0.why_not is ''; it must be a text"),
        ({"claim": ["T1"]}, "unknown key 'claim' in 0; did you mean 'claims'"),
    ],
)
def test_a_wrong_file_of_sentences_is_one_sentence(tmp_path, change, sentence):
    with pytest.raises(UserError, match=f"sentences.yaml: {sentence}") as error:
        read(tmp_path, ONE | change)
    assert "\n" not in str(error.value)


def test_claims_that_are_not_the_papers_need_no_sentence_of_it(tmp_path):
    assert len(read(tmp_path, ONE | {"claims": ["T1", "T2"]}, ONE | {"why_not": "It cites."})) == 2


def test_every_claim_of_the_paper_is_in_one_of_its_sentences():
    claims = read_claims(ROOT / "config/papers/tadros/claims.yaml", CONFIG, "tadros")
    sentences = read_sentences(FILE, claims)
    said = [one["says"] for one in sentences]
    assert len(set(said)) == len(said)
    parts = {one["where"].split(" ")[0].rstrip(",") for one in sentences}
    assert parts >= {"Abstract", "Contributions", "§4", "§4.1", "§4.2", "§4.3", "§5", "§5.1", "§5.2", "§6"}
    assert parts >= {"§8.1", "§8.2", "§8.3", "§8.4"}
    tables = {asked.get("table") for claim in claims.values() for asked in questions(claim)} - {None}
    assert tables == set(TABLES), "a summary is there because a claim asks it"


def test_the_table_is_in_the_claims_order_with_the_verdict_of_each_reading():
    decided = pd.DataFrame(
        [
            {"claim": claim, "reading": reading, "verdict": verdict}
            for claim, verdicts in {"T2": ("holds", "holds"), "T1": ("cannot be tested",) * 2, "Z1": ("holds",) * 2}.items()
            for reading, verdict in zip(("printed", "released"), verdicts, strict=True)
        ]
    )
    sentences = [
        {"where": "§4", "says": "Why.", "why_not": "It cites."},
        {"where": "§5", "says": "First.", "claims": ["T1"]},
        {"where": "§6", "says": "Second.", "claims": ["T2", "T1"]},
    ]
    numbers, shown = table_sentences(sentences, CLAIMS, decided)
    assert shown["What the paper says"].tolist() == ["Second.", "First.", "Why."]
    assert shown["Claims, or why none"].tolist() == ["T2, T1", "T1", "It cites."]
    texts = shown["Printed reading"].str.replace("\N{NO-BREAK SPACE}", " ").tolist()
    assert texts == ["T2 holds; T1 cannot be tested", "T1 cannot be tested", "–"]
    assert list(numbers.claim.fillna("")) == ["T2", "T2", "T1", "T1", "T1", "T1", ""] and numbers.why_not.count() == 1
    assert 'data-reading="released"' in html(shown)
