"""Boosting, and the recordings that it is trained and judged on."""

import importlib.util
import json
import os
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner

from analytics.scores.deterioration import Model
from analytics.scores.trees import Trees
from analytics.training import deterioration as training
from analytics.training.boosting import Plan, Table, binned, boost, edges_of
from analytics.training.stays import COLUMNS, LABEL, RecordingError, Stays
from analytics.weights import deterioration
from benchmarks.eval.baselines import BASELINES
from benchmarks.eval.cli import app
from benchmarks.eval.deterioration import judge

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("JEG_DATA", REPOSITORY.parent / "shared" / "data"))
HOSPITAL_A = DATA / "sepsis2019" / "hospital_A.npz"
OTHER_COLUMNS = ("Lactate", "FiO2", "Age", "Gender", "HospAdmTime", "ICULOS")
NAMES = (*COLUMNS, *OTHER_COLUMNS, LABEL)


def write(path: Path, *, other: int = 0, stays: int = 120, seed: int = 4) -> Path:
    """Write stays of whom a fifth grow ill; `other` seeds all that is no vital sign or label."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(14, 60, stays)
    start = np.concatenate(([0], np.cumsum(lengths)))
    table = np.full((start[-1], len(NAMES)), np.nan, np.float32)
    usual = np.array([80, 97, 37, 120, 85, 65, 16])
    for stay, (first, last) in enumerate(pairwise(start)):
        hours = np.arange(last - first)
        ill = np.zeros(len(hours)) if stay % 5 else np.clip((hours - len(hours) + 10) / 10, 0, 1)
        worse = np.array([40, -5, 1.5, -30, -25, -20, 12]) * ill[:, None]
        spread = np.array([8, 1.5, 0.4, 12, 8, 7, 3])
        own = usual + rng.normal(size=7) * spread * 1.5
        values = own + worse + rng.normal(size=(len(hours), 7)) * spread
        values[rng.random(values.shape) < 0.2] = np.nan
        table[first:last, :7] = values
        table[first:last, -1] = 0 if stay % 5 else hours >= len(hours) - 8
    noise = np.random.default_rng(other).random((len(table), len(OTHER_COLUMNS)))
    table[:, 7:-1] = noise
    np.savez(path, X=table, start=start, pid=np.arange(stays), names=np.array(NAMES))
    return path


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write(tmp_path / "stays.npz")


def reference() -> ModuleType:
    path = DATA / "score_deterioration.py"
    if not path.exists():
        pytest.skip("the definitions are not here")
    spec = importlib.util.spec_from_file_location("score_deterioration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_figures_are_those_of_the_definitions(recording: Path) -> None:
    theirs = reference()
    ours = Stays.load(recording)
    scores = np.round(deterioration().replay(ours.values, ours.start), 2)
    judged = ours.judge(scores)
    defined = theirs.Stays(*theirs.load(recording))
    nudge = np.random.default_rng(0).uniform(0, 1e-9, len(scores)) * np.ptp(scores)
    assert judged["auroc"] == round(theirs.auroc(defined.label, scores), 4)
    assert judged["hour_matched_auroc"] == round(defined.hour_matched_auroc(scores), 4)
    for burden in (0.25, 0.5, 1.0):
        assert judged["at_burden"][str(burden)] == defined.at_burden(scores + nudge, burden)
    alerts = np.random.default_rng(3).random(len(scores)) < 0.1
    assert ours.report(alerts) == defined.report(alerts)


def test_no_other_column_is_read(tmp_path: Path) -> None:
    model = deterioration()
    one, two = (
        Stays.load(write(tmp_path / f"{other}.npz", other=other, stays=10)) for other in (0, 1)
    )
    assert one.fingerprint == two.fingerprint
    relabelled = Stays(one.values, 1 - one.label, one.start, one.number)
    scores = [model.replay(s.values, s.start).tolist() for s in (one, two, relabelled)]
    assert scores[0] == scores[1] == scores[2]


def test_baselines_see_the_past_only(recording: Path) -> None:
    stays = Stays.load(recording)
    first = stays.hour < 10
    cut = Stays(
        stays.values[first], stays.label[first], np.arange(len(stays.start)) * 10, stays.number
    )
    for name in ("news2", "own_ewma"):
        assert BASELINES[name](cut).tolist() == BASELINES[name](stays)[first].tolist()


def test_the_command_writes_figures_and_scores(recording: Path, tmp_path: Path) -> None:
    figures, scores = tmp_path / "f.json", tmp_path / "scores.npy"
    words = ["deterioration", "--data", str(recording), "--json", str(figures)]
    done = CliRunner().invoke(app, [*words, "--scores", str(scores)])
    assert done.exit_code == 0, done.output
    assert "hour-matched" in done.output
    found = json.loads(figures.read_text("utf-8"))
    assert found["validation"] == "external"
    assert set(found["baselines"]) == {"random", "news2", "own_ewma"}
    assert set(found["at_burden"]) == set(found["at_shipped_threshold"]) == {"0.25", "0.5", "1.0"}
    assert found["hour_matched_auroc"] > 0.8
    values = np.load(scores)
    stays = Stays.load(recording)
    assert values.tolist() == deterioration().replay(stays.values, stays.start).tolist()


def test_patients_that_were_trained_on_are_scored_by_who_has_not_seen_them(
    recording: Path,
) -> None:
    stays = Stays.load(recording)
    plan = Plan(trees=4, bins=8)
    document, figures = training.train(stays, plan)
    model = Model.parse(document)
    found, values = judge(stays, model)
    assert found["validation"] == "out_of_fold"
    assert found["at_burden"] == figures["at_burden"]
    assert figures["hour_matched_auroc"] > 0.8
    part = stays.taking(stays.folds(training.MEMBERS) == 0)
    again = model.replay(part.values, part.start, [0] * len(part.number))
    assert again.tolist() == values[(stays.folds(training.MEMBERS) == 0)[stays.stay]].tolist()
    assert training.train(stays, plan)[0] == document, "the same data give the same weights"


def test_the_script_writes_weights_that_load(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "weights.json"
    training.main(["--data", str(recording), "--out", str(out), "--trees", "2"])
    assert "hour_matched_auroc" in json.loads(capsys.readouterr().out)
    model = Model.parse(json.loads(out.read_text("utf-8")))
    assert [len(trees.leaves) for trees in model.members] == [2] * training.MEMBERS
    training.main(["--data", str(recording), "--trees", "2", "--shift"])
    assert len(json.loads(capsys.readouterr().out)) == 6


@pytest.mark.parametrize("broken", ["nothing", "text", "columns", "rows", "cut", "shape", "list"])
def test_a_file_of_another_form_is_refused_in_one_line(
    broken: str, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"{broken}.npz"
    with np.load(recording) as archive:
        parts = dict(archive)
    if broken == "text":
        path.write_text("no archive", encoding="utf-8")
    elif broken == "columns":
        np.savez(path, **parts | {"names": np.array([f"c{i}" for i in range(len(NAMES))])})
    elif broken == "rows":
        np.savez(path, **parts | {"start": parts["start"][:-1]})
    elif broken == "cut":
        path.write_bytes(recording.read_bytes()[:-4000])
    elif broken == "shape":
        np.savez(path, **parts | {"X": parts["X"][:, 0]})
    elif broken == "list":
        np.save(path.with_suffix(".npy"), parts["X"])
        path = path.with_suffix(".npy")
    with pytest.raises(RecordingError):
        Stays.load(path)
    done = CliRunner().invoke(app, ["deterioration", "--data", str(path)])
    assert done.exit_code == 1
    assert done.output.startswith(f"jeg: {path}")
    assert not any(word in done.output for word in ("Errno", "pickle", "in list", "object"))


def test_boosting_finds_a_threshold_and_keeps_to_its_directions() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4000, 3))
    truth = (features[:, 0] > 0.5) | ((features[:, 0] < -1) & (features[:, 1] < 0))
    label = (truth & (rng.random(4000) < 0.9)).astype(float)
    plan = Plan(trees=40, columns=1.0, penalty=1.0)
    edges = edges_of(features, plan.bins)
    table = Table(binned(features, edges), edges, np.array([1, 0, 0]))
    grown = list(boost(table, label, np.ones(4000), plan))
    trees = Trees(
        np.array([tree.features for tree in grown]),
        np.array([tree.thresholds for tree in grown]),
        np.array([tree.leaves for tree in grown]),
        np.array([tree.cover for tree in grown]),
    )
    rows = np.tile(rng.normal(size=(200, 1, 3)), (1, 30, 1))
    rows[:, :, 0] = np.linspace(-2, 2, 30)
    assert (np.diff(trees.score(rows.reshape(-1, 3)).reshape(200, 30)) >= -1e-12).all()
    high, low = features[:, 0] > 0.6, np.abs(features[:, 0]) < 0.4
    assert trees.score(features[high]).min() > trees.score(features[low]).max()


def test_shares_are_shapley_values() -> None:
    """Against the definition: every order of learning the three features of a tree."""
    rng = np.random.default_rng(1)
    cover = rng.dirichlet(np.ones(8))[None]
    trees = Trees(np.array([[0, 1, 2]]), np.zeros((1, 3)), rng.normal(size=(1, 8)), cover)
    row = np.array([[1.0, -1.0, 1.0]])
    answers = (1, 0, 1)

    def expected(known: set[int]) -> float:
        leaves = [
            leaf
            for leaf in range(8)
            if all((leaf >> (2 - level)) & 1 == answers[level] for level in known)
        ]
        return float(np.average(trees.leaves[0, leaves], weights=cover[0, leaves]))

    orders = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    share = np.zeros(3)
    for order in orders:
        for place, level in enumerate(order):
            before = set(order[:place])
            share[level] += (expected(before | {level}) - expected(before)) / len(orders)
    np.testing.assert_allclose(trees.shares(row)[0], share)
    np.testing.assert_allclose(trees.expected + share.sum(), trees.score(row)[0])


@pytest.mark.skipif(not HOSPITAL_A.exists(), reason="hospital A is not here (JEG_DATA)")
def test_hospital_a_is_what_the_card_says() -> None:
    stays, model = Stays.load(HOSPITAL_A), deterioration()
    assert stays.fingerprint == model.trained_on
    scores = model.replay(stays.values, stays.start, stays.folds(len(model.members)).tolist())
    card = (REPOSITORY / "docs" / "reference" / "deterioration-score.md").read_text("utf-8")
    caught = stays.report(scores >= model.thresholds["0.5"])["sensitivity"]
    matched = stays.hour_matched_auroc(scores)
    assert caught >= 0.55
    assert matched >= 0.69
    assert f"**{caught:.3f}**" in card
    assert f"**{matched:.3f}**" in card
