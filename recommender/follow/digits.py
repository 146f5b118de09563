"""Numbers and words in large letters, so that they can be read from the floor."""

from __future__ import annotations

__all__ = ["HEIGHT", "large"]

HEIGHT = 5
_FORMS = {
    "0": "###|#.#|#.#|#.#|###",
    "1": ".#.|##.|.#.|.#.|###",
    "2": "###|..#|###|#..|###",
    "3": "###|..#|.##|..#|###",
    "4": "#.#|#.#|###|..#|..#",
    "5": "###|#..|###|..#|###",
    "6": "###|#..|###|#.#|###",
    "7": "###|..#|..#|.#.|.#.",
    "8": "###|#.#|###|#.#|###",
    "9": "###|#.#|###|..#|###",
    "/": "..#|..#|.#.|#..|#..",
    " ": "..|..|..|..|..",
    "A": ".#.|#.#|###|#.#|#.#",
    "D": "##.|#.#|#.#|#.#|##.",
    "E": "###|#..|##.|#..|###",
    "G": "###|#..|#.#|#.#|###",
    "H": "#.#|#.#|###|#.#|#.#",
    "I": "###|.#.|.#.|.#.|###",
    "L": "#..|#..|#..|#..|###",
    "O": "###|#.#|#.#|#.#|###",
    "R": "##.|#.#|##.|#.#|#.#",
    "S": "###|#..|###|..#|###",
    "T": "###|.#.|.#.|.#.|.#.",
    "P": "###|#.#|###|#..|#..",
    "U": "#.#|#.#|#.#|#.#|###",
}
_SIZES = ((4, 2), (3, 2), (3, 1), (2, 1), (1, 1))  # columns and rows for one point, the largest first


def large(text: str, width: int, height: int, *, block: str = "█") -> list[str]:
    """The text in the largest letters that fit into so many columns and rows; as it is where none do."""
    if not set(text) <= set(_FORMS):
        return [text]
    forms = [_FORMS[letter].split("|") for letter in text]
    points = sum(len(form[0]) for form in forms) + len(forms) - 1
    for wide, high in _SIZES:
        if points * wide > width or HEIGHT * high > height:
            continue
        lines = []
        for row in range(HEIGHT):
            dots = ".".join(form[row] for form in forms)
            line = "".join((block if dot == "#" else " ") * wide for dot in dots)
            lines += [line.rstrip()] * high
        return lines
    return [text]
