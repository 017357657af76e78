"""Damaged pictures of every format: read or refused in a sentence, and nothing is unpacked beyond the bound.

A minute of it: ``python -m tests.benchmarks.fuzz_pictures``.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import MediaError
from components.media import limits
from components.media.images import prepare_image
from tests.media.pictures import damaged, picture_files

FILES = picture_files()


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # the app's own filter; pytest sets its own for each test
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.sampled_from(sorted(FILES)), st.integers(0, 2**32))
def test_a_damaged_file_is_read_or_refused_in_a_sentence(ending, other, seed):
    data = damaged(FILES[ending], random.Random(seed), FILES[other])
    try:
        image = prepare_image(f"a.{ending}", data)
    except MediaError as refusal:
        assert str(refusal).startswith("'a.") and "\n" not in str(refusal) and str(refusal).endswith(".")
    else:
        assert image.original_width * image.original_height <= limits.PICTURE_PIXELS
        assert max(image.part.width, image.part.height) <= limits.DRAWN_LONGEST_SIDE


@pytest.mark.parametrize("ending", sorted(FILES))
def test_each_file_is_whole_before_it_is_damaged(ending):
    part = prepare_image(f"a.{ending}", FILES[ending]).part
    assert {part.width, part.height} in ({96, 64}, {107, 160})
