import pytest

from image_classifier.sampling import Plan, evaluation

PLAN = Plan(images=103, batch=12, seed=5)


def test_an_epoch_sees_each_image_at_most_once_and_drops_less_than_a_batch():
    images = [key.image for batch in PLAN.epoch(0, 0, 1) for key in batch]
    assert len(images) == len(set(images)) == 96
    assert {key.epoch for batch in PLAN.epoch(3, 0, 1) for key in batch} == {3}


def test_order_depends_on_seed_and_epoch_and_is_repeated():
    assert PLAN.epoch(1, 0, 1) == PLAN.epoch(1, 0, 1)
    assert [k.image for b in PLAN.epoch(1, 0, 1) for k in b] != [k.image for b in PLAN.epoch(0, 0, 1) for k in b]
    assert PLAN.epoch(0, 0, 1) != PLAN._replace(seed=6).epoch(0, 0, 1)


@pytest.mark.parametrize("world", [2, 3, 4])
def test_the_processes_of_a_world_share_the_batches_of_one(world):
    whole = PLAN.epoch(0, 0, 1)
    shares = [PLAN.epoch(0, rank, world) for rank in range(world)]
    for step, batch in enumerate(whole):
        assert [key for share in shares for key in share[step]] == batch


@pytest.mark.parametrize("first", [0, 1, 7, 8, 9, 15, 16, 19])
def test_a_resume_continues_with_the_next_step_of_the_same_list(first):
    whole = list(PLAN.steps(0, 20, 0, 1))
    assert len(whole) == 20
    assert list(PLAN.steps(first, 20, 0, 1)) == whole[first:]


@pytest.mark.parametrize(("images", "world"), [(1, 1), (64, 1), (65, 2), (300, 4), (10, 3)])
def test_evaluation_sees_each_image_exactly_once_over_all_processes(images, world):
    seen = [key.image for rank in range(world) for batch in evaluation(images, rank, world) for key in batch]
    assert sorted(seen) == list(range(images))
