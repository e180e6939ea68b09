"""How the fuzzers of the tests draw: the same examples in every run, or as many others as are asked for.

`FUZZ_TIMES=50 python -m pytest tests/test_fuzz*.py --hypothesis-seed=7` tries fifty times as many, and with
each seed other ones. What fails is then shown as it was drawn, since to make it smaller can take very long.
"""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

RANDOM = st.randoms(use_true_random=False)
WITHOUT_SHRINKING = (Phase.explicit, Phase.generate, Phase.target)
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))


def fuzz(examples: int) -> settings:
    """Settings under which every run tries the same examples, unless `FUZZ_TIMES` asks for more."""
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        phases=tuple(Phase) if TIMES == 1 else WITHOUT_SHRINKING,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
