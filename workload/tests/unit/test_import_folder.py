import hashlib
import json
import tarfile

import pytest
from pictures import GOOD, HUGE, jpeg

from image_classifier.errors import ConfigError
from image_classifier.import_folder import import_folder
from image_classifier.shards import Dataset

LIMIT = 50_000_000


def tree(root, layout: dict[str, int], start: int = 0):
    for folder, count in layout.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for i in range(start, start + count):
            name = hashlib.sha256(folder.encode()).digest()[0]
            (root / folder / f"{i:03}.jpg").write_bytes(jpeg(16, 16, seed=1000 * name + i))
    return root


def run(root, dest, fraction=0.2):
    return import_folder(root, dest, dest.parent, fraction, LIMIT)


def members(dest, split) -> dict[str, str]:
    """digest -> class index"""
    found = {}
    for path in sorted(dest.glob(f"{split}-*.tar")):
        with tarfile.open(path) as tar:
            for member in tar:
                found[hashlib.sha256(tar.extractfile(member).read()).hexdigest()] = member.name.split(".")[1]
    return found


def test_a_folder_becomes_a_data_set(tmp_path):
    report = run(tree(tmp_path / "in", {"cat": 20, "dog": 20}), tmp_path / "out")
    assert report["classes"] == 2
    assert report["skipped"] == []
    dataset = Dataset.read(tmp_path / "out")
    assert dataset.classes == ["cat", "dog"]
    assert dataset.count("train") == report["train"]
    assert report["train"] + report["val"] == 40
    assert 2 <= report["val"] <= 16


def test_the_same_tree_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        run(tree(tmp_path / name, {"cat": 12, "dog": 12}), tmp_path / f"{name}-out")
    for path in (tmp_path / "a-out").iterdir():
        assert path.read_bytes() == (tmp_path / "b-out" / path.name).read_bytes()


def test_new_files_move_no_image_and_duplicates_stay_on_one_side(tmp_path):
    root = tree(tmp_path / "in", {"cat": 15, "dog": 15})
    run(root, tmp_path / "one")
    tree(root, {"cat": 15, "dog": 15}, start=15)
    (root / "cat" / "zz-copy.jpg").write_bytes((root / "cat" / "000.jpg").read_bytes())
    run(root, tmp_path / "two")
    for split in ("train", "val"):
        assert members(tmp_path / "one", split).keys() <= members(tmp_path / "two", split).keys()
    assert not members(tmp_path / "two", "train").keys() & members(tmp_path / "two", "val").keys()


def test_a_given_split_is_kept(tmp_path):
    root = tree(tmp_path / "in", {"train/cat": 5, "train/dog": 5, "val/cat": 2, "val/dog": 3})
    report = run(root, tmp_path / "out")
    assert (report["train"], report["val"]) == (10, 5)


def test_what_training_could_not_read_is_skipped_and_listed(tmp_path):
    root = tree(tmp_path / "in", {"cat": 10, "dog": 10})
    (root / "cat" / "notes.txt").write_text("hello")
    # Its header is whole: only decoding finds out.
    (root / "cat" / "half.jpg").write_bytes(jpeg(64, 64)[:1200])
    (root / "dog" / "huge.png").write_bytes(HUGE["png of 100 Mpx"])
    (root / "dog" / ".DS_Store").write_text("system")
    (root / ".ipynb_checkpoints").mkdir()
    report = run(root, tmp_path / "out")
    assert [entry["file"] for entry in report["skipped"]] == ["cat/half.jpg", "cat/notes.txt", "dog/huge.png"]
    assert report["classes"] == 2


def test_the_pictures_of_phones_are_read(tmp_path):
    root = tree(tmp_path / "in", {"cat": 10, "dog": 10})
    (root / "cat" / "phone.jpg").write_bytes(GOOD["mpo"])
    assert run(root, tmp_path / "out")["skipped"] == []


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        ({"cat": 5}, "holds 1 class folders; at least 2 are needed"),
        ({"val/cat": 5}, "has val/ but no train/"),
        ({"train/cat": 5, "train/dog": 5, "val/cat": 1, "val/cow": 1}, "has classes that train/ lacks: cow"),
        ({"train/cat": 5, "train/dog": 5, "val/cat": 0}, "gives 10 training and 0 validation images"),
        ({"train/cat": 5, "train/dog": 0, "val/cat": 2}, "no training image is left for class dog"),
    ],
)
def test_a_tree_that_cannot_train_is_refused(tmp_path, layout, sentence):
    with pytest.raises(ConfigError) as caught:
        run(tree(tmp_path / "in", layout), tmp_path / "out")
    assert sentence in str(caught.value)
    assert not (tmp_path / "out" / "dataset.json").exists()


def test_a_class_whose_only_image_validates_is_refused(tmp_path):
    root = tree(tmp_path / "in", {"cat": 20, "dog": 20})
    (root / "cow").mkdir()
    only = next(
        data
        for data in (jpeg(16, 16, seed=5000 + i) for i in range(99))
        if int.from_bytes(hashlib.sha256(data).digest()[:8], "big") < 0.2 * 2**64
    )
    (root / "cow" / "1.jpg").write_bytes(only)
    with pytest.raises(ConfigError, match="no training image is left for class cow"):
        run(root, tmp_path / "out")


@pytest.mark.parametrize("fraction", [0, 1, -0.1, float("nan")])
def test_a_fraction_outside_0_and_1_is_refused(tmp_path, fraction):
    with pytest.raises(ConfigError, match="--val-fraction must be more than 0 and less than 1"):
        run(tree(tmp_path / "in", {"cat": 1, "dog": 1}), tmp_path / "out", fraction)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"version": 2, "classes": ["a", "b"], "splits": {}},
        {"version": 1, "classes": ["a"], "splits": {"train": [], "val": []}},
        {"version": 1, "classes": ["a", "b"], "splits": {"train": [], "val": []}},
        None,
    ],
)
def test_a_dataset_json_of_another_kind_is_refused(tmp_path, content):
    (tmp_path / "dataset.json").write_text(json.dumps(content))
    with pytest.raises(ConfigError, match=r"is not a data set of version 1|without dataset.json"):
        Dataset.read(tmp_path)
