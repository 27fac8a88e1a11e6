import random

import pytest

from image_classifier.pace import Pace


@pytest.mark.parametrize(
    ("step", "save", "seconds"), [(0.1, 0.5, 10), (2, 1, 30), (0.3, 2.9, 30), (7, 0.1, 300), (1, 20, 300)]
)
def test_no_moment_is_further_from_a_safe_one_than_promised(step, save, seconds):
    now = safe_at = worst = 0.0
    pace, rng = Pace(seconds, lambda: now), random.Random(0)
    saves = 0
    for _ in range(2000):
        now += step * rng.uniform(0.7, 1)
        if pace.due():
            with pace.save():
                now += save * rng.uniform(0.7, 1)
                # The worst moment for a kill: the save is written, but not yet pointed at.
                worst = max(worst, now - safe_at)
            safe_at, saves = now, saves + 1
    assert worst <= seconds
    assert saves > 0
    assert 2000 * step / saves > 0.4 * seconds, "no more saves than the promise needs"


def test_a_promise_shorter_than_a_save_still_lets_training_go_on():
    now = 0.0
    pace = Pace(0.001, lambda: now)
    for _ in range(5):
        now += 1
        assert pace.due()
        with pace.save():
            now += 3


def test_the_first_report_comes_before_the_promise_ends():
    now = 0.0
    pace = Pace(300, lambda: now)
    for _ in range(200):
        now += 1
        assert not pace.due()
    now += 69
    assert pace.due()
