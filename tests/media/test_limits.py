import subprocess
import sys
from pathlib import Path

from components.media import limits

ROOT = Path(__file__).parents[2]


def test_sending_text_only_loads_neither_opencv_nor_pillow():
    code = (
        "import sys, components.media.attachments, components.media.estimates, components.media.limits;"
        "sys.exit(bool({'cv2', 'PIL', 'numpy'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=30).returncode == 0


def test_sending_a_picture_does_not_load_opencv():
    code = (
        "import sys, pathlib; from components.media.attachments import attach;"
        "attach('a.jpg', pathlib.Path('tests/fixtures/media/china.jpg').read_bytes());"
        "sys.exit('cv2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=30).returncode == 0


def test_no_ending_is_both_a_picture_and_a_clip():
    assert not limits.PICTURE_ENDINGS.keys() & limits.CLIP_ENDINGS.keys()


def test_limits_fit_into_one_another():
    assert limits.IMAGE_BYTES < limits.BODY_WARNING_BYTES < limits.BODY_BYTES
    assert limits.FRAME_LONGEST_SIDE <= limits.IMAGE_LONGEST_SIDE
