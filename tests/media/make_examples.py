"""Draws the example media anew: ``python -m tests.media.make_examples``. The app only reads what stands here."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageColor, ImageDraw, ImageFont

FOLDER = Path(__file__).parents[2] / "components" / "media" / "examples"
Frame = npt.NDArray[np.uint8]

_INK, _PAPER, _GREY = "#1c2333", "#ffffff", "#8a91a3"
_SERIES = (("Lighthouse", "#3550c8"), ("Harbour", "#d98324"))
_VISITORS = ((31, 38, 52, 70, 96, 128), (44, 41, 49, 61, 58, 63))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
_BOUGHT = (
    ("Rye bread 750 g", 1, 3.95),
    ("Oat milk 1 l", 2, 1.89),
    ("Apples, loose 1.2 kg", 1, 3.48),
    ("Goat cheese", 1, 4.25),
    ("Dark chocolate 85 %", 3, 1.79),
    ("Deposit returned", 1, -0.50),
)
_NOTE = (
    "Thursday -- before the boat leaves:",
    "- call Mara about the lamp (she knows)",
    "- two spare fuses, NOT the 10 A ones",
    "- tide is low at 14:20, so be there by 1!",
    "- bring back the key to No. 7",
    "P.S. the cat eats at six.",
)
_SCENES = (("Dawn", "#f3b07c"), ("Forest", "#2e8b6f"), ("Night", "#1b2150"), ("Desert", "#d9a441"), ("Snow", "#e9eef5"))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font at that size in px."""
    return ImageFont.load_default(size)


def chart() -> Image.Image:
    """Two lines over six months, with one that overtakes the other; every value can be read off."""
    image = Image.new("RGB", (960, 600), _PAPER)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = 90, 90, 900, 520
    draw.text((left, 24), "Visitors a day, first half of the year", _INK, font(30))
    for value in range(0, 141, 20):
        y = bottom - (bottom - top) * value / 140
        draw.line((left, y, right, y), "#e3e6ee", 1)
        draw.text((left - 14, y), str(value), _GREY, font(18), anchor="rm")
    spots = [left + 60 + at * (right - left - 120) / 5 for at in range(6)]
    for x, month in zip(spots, _MONTHS, strict=True):
        draw.text((x, bottom + 16), month, _GREY, font(20), anchor="mt")
    for (name, colour), values in zip(_SERIES, _VISITORS, strict=True):
        points = [(x, bottom - (bottom - top) * value / 140) for x, value in zip(spots, values, strict=True)]
        draw.line(points, colour, 4, joint="curve")
        for (x, y), value in zip(points, values, strict=True):
            draw.ellipse((x - 6, y - 6, x + 6, y + 6), colour)
            above = values is _VISITORS[0]
            draw.text((x, y - 12 if above else y + 12), str(value), colour, font(16), anchor="mb" if above else "mt")
        draw.text((points[-1][0] + 12, points[-1][1]), name, colour, font(18), anchor="lm")
    return image


def receipt() -> Image.Image:
    """A till receipt on slightly grey paper whose sums add up."""
    image = Image.new("RGB", (520, 760), "#f4f3ee")
    draw = ImageDraw.Draw(image)
    draw.text((260, 40), "CORNER STORE NO. 7", _INK, font(30), anchor="mt")
    draw.text((260, 82), "12 Quay Street · an invented shop", _GREY, font(17), anchor="mt")
    draw.text((40, 130), "2026-06-14  17:42   till 2", _INK, font(18))
    y = 180
    for name, count, price in _BOUGHT:
        draw.text((40, y), name, _INK, font(20))
        if count > 1:
            draw.text((60, y + 25), f"{count} x {price:.2f}", _GREY, font(17))
        draw.text((480, y), f"{count * price:.2f}", _INK, font(20), anchor="ra")
        y += 58 if count > 1 else 40
    total = sum(count * price for _, count, price in _BOUGHT)
    draw.line((40, y + 8, 480, y + 8), _INK, 2)
    draw.text((40, y + 24), "TOTAL EUR", _INK, font(28))
    draw.text((480, y + 24), f"{total:.2f}", _INK, font(28), anchor="ra")
    draw.text((40, y + 72), "Cash", _INK, font(20))
    draw.text((480, y + 72), "25.00", _INK, font(20), anchor="ra")
    draw.text((40, y + 102), "Change", _INK, font(20))
    draw.text((480, y + 102), f"{25 - total:.2f}", _INK, font(20), anchor="ra")
    draw.text((260, 700), "Thank you. Keep this receipt.", _GREY, font(18), anchor="mt")
    return image


def note() -> Image.Image:
    """A note in OpenCV's script letters, on lined paper, no line quite straight."""
    shake = random.Random(7)
    paper: Frame = np.full((620, 900, 3), (214, 244, 252), np.uint8)  # BGR: yellowish
    for y in range(90, 620, 80):
        cv2.line(paper, (0, y + 18), (900, y + 18), (214, 196, 170), 1, cv2.LINE_AA)
    for number, line in enumerate(_NOTE):
        x, y = 46.0, 84 + number * 88
        for at, letter in enumerate(line):
            drop = 3 * math.sin(at / 5 + number) + shake.uniform(-1.5, 1.5)
            scale = 1.35 + shake.uniform(-0.06, 0.06)
            cv2.putText(
                paper, letter, (round(x), round(y + drop)), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, scale, (92, 48, 30), 2,
                cv2.LINE_AA,
            )  # fmt: skip
            x += cv2.getTextSize(letter, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, scale, 2)[0][0] - 5
    return Image.fromarray(paper[:, :, ::-1]).rotate(1.2, Image.Resampling.BICUBIC, fillcolor="#fcf4d6")


def traffic() -> Iterator[Image.Image]:
    """Eight seconds of a crossing, 12.5 frames each: a light that changes, cars that wait, a bus that turns up late."""
    for number in range(100):
        yield _crossing(number / 12.5)


def _crossing(time_s: float) -> Image.Image:
    image = Image.new("RGB", (640, 360), "#9fb59a")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 190, 640, 300), "#4a4e57")
    for x in range(0, 640, 60):
        draw.rectangle((x, 243, x + 30, 247), "#e8e8e8")
    draw.rectangle((470, 190, 478, 300), "#ffffff")
    colour = "red" if time_s < 4 else "green"
    draw.rectangle((500, 60, 540, 170), "#22252c")
    draw.ellipse((508, 68, 532, 92), "#ff3b30" if colour == "red" else "#4a2522")
    draw.ellipse((508, 134, 532, 158), "#34c759" if colour == "green" else "#21412c")
    # Before the light changes, each stops behind the one in front; after, all drive on.
    for place, (body, length, start, colour_word) in enumerate(
        ((64, 64, 0.0, "#c0392b"), (64, 64, 0.8, "#2d6cdf"), (64, 64, 1.6, "#f1c40f"))
    ):
        halt = 396 - place * 84
        front = min(halt, -80 + (time_s - start) * 220)
        if time_s > 4 + 0.5 * place:
            front = halt + (time_s - 4 - 0.5 * place) ** 2 * 70
        _vehicle(draw, front, 258, length, body // 2, colour_word)
    if time_s > 5.5:
        _vehicle(draw, 640 - (time_s - 5.5) * 200, 204, 130, 38, "#8e44ad")
        draw.text((650 - (time_s - 5.5) * 200, 210), "BUS 12", "#ffffff", font(18))
    draw.text((12, 12), f"camera 3   {time_s:04.1f} s", _INK, font(18))
    return image


def _vehicle(draw: ImageDraw.ImageDraw, x: float, y: float, length: int, height: int, colour: str) -> None:
    draw.rounded_rectangle((x, y, x + length, y + height), 8, colour)
    for wheel in (x + length * 0.22, x + length * 0.78):
        draw.ellipse((wheel - 7, y + height - 5, wheel + 7, y + height + 9), "#15171c")


def scenes() -> Iterator[Image.Image]:
    """Five scenes of 2 s at 15 a second, each of its own colour, every frame with its number."""
    number = 0
    for name, colour in _SCENES:
        for at in range(30):
            image = Image.new("RGB", (640, 360), colour)
            draw = ImageDraw.Draw(image)
            ink = _INK if sum(ImageColor.getrgb(colour)) > 380 else "#ffffff"
            draw.ellipse((40 + at * 14, 210, 110 + at * 14, 280), ink)
            draw.text((40, 40), name, ink, font(64))
            draw.text((600, 330), f"frame {number:03d}", ink, font(32), anchor="rs")
            yield image
            number += 1


def encode(path: Path, pictures: Iterator[Image.Image], rate: Fraction) -> None:
    """Writes H.264 in MP4, with the index first."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as file:
        stream = file.add_stream("libx264", rate=rate, options={"crf": "26", "preset": "veryslow", "g": "60"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for picture in pictures:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
        file.mux(stream.encode())


def main() -> None:
    """Writes all of them."""
    drawn: dict[str, Callable[[], Image.Image]] = {"chart.png": chart, "receipt.png": receipt, "note.png": note}
    for name, draw in drawn.items():
        draw().quantize(64, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)
    encode(FOLDER / "traffic.mp4", traffic(), Fraction(25, 2))
    encode(FOLDER / "scenes.mp4", scenes(), Fraction(15))


if __name__ == "__main__":
    main()
