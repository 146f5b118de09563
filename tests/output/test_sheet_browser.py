"""The sheet in a real browser: on a phone, on a desk, and on paper.

It needs Debian's chromium with its driver, selenium, and axe-core from npm:
`npm install axe-core`, then AXE=node_modules/axe-core/axe.min.js python -m pytest tests/output/test_sheet_browser.py
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge, recommend
from recommender.output.html import render_html
from recommender.yaml_reader import read_file
from tests.command_line import EXAMPLES

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install --group browser")
pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install -e '.[html]'")

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE", "axe.min.js"))
if not CHROMIUM or not DRIVER:
    pytest.skip("chromium and chromedriver are not there: apt install chromium-driver", allow_module_level=True)

PHONE, DESKTOP = 375, 1280
PAPER = 718  # pixels of CSS between the margins of A4
POINTS = 12 * 96 / 72  # 12 points in pixels of CSS
PEOPLE = ("acute-flare", "desk-worker", "emergency", "hernia", "pregnancy", "three-weeks-after-injury", "trained")
SMALLEST = """
let least = 1e9, words = '';
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  if (!walk.currentNode.textContent.trim()) continue;
  const size = parseFloat(getComputedStyle(walk.currentNode.parentElement).fontSize);
  if (size < least) { least = size; words = walk.currentNode.textContent; }
}
return [least, words];
"""


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    knowledge = Knowledge.shipped()
    for name in PEOPLE:
        result = recommend(read_file(EXAMPLES / f"{name}.yaml", name).data)
        (folder / f"{name}.html").write_text(render_html(result, knowledge), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def _open(browser: Any, page: Path, width: int = DESKTOP, media: str = "screen") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    browser.get(page.as_uri())


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: npm install axe-core, and name it in AXE")
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", PEOPLE)
def test_axe_finds_nothing(browser: Any, sheets: Path, name: str, width: int) -> None:
    """No sheet has a fault of accessibility that axe-core knows, at any width."""
    _open(browser, sheets / f"{name}.html", width)
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    browser.set_script_timeout(120)
    result = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))))"
    )
    assert result == []


@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
@pytest.mark.parametrize("name", PEOPLE)
def test_it_scrolls_only_downwards(browser: Any, sheets: Path, name: str, width: int) -> None:
    """No sheet is wider than the screen."""
    _open(browser, sheets / f"{name}.html", width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PEOPLE)
def test_nothing_comes_from_elsewhere(browser: Any, sheets: Path, name: str) -> None:
    """A sheet loads nothing but what it holds, every drawing is shown, and the console stays empty."""
    browser.get_log("browser")
    _open(browser, sheets / f"{name}.html")
    names = browser.execute_script("return performance.getEntriesByType('resource').map(r => r.name)")
    assert [found for found in names if not found.startswith("data:")] == []
    assert browser.execute_script("return [...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("name", PEOPLE)
def test_no_letter_is_smaller_than_12_points(browser: Any, sheets: Path, name: str, media: str) -> None:
    """Every text can be read by older eyes, on the screen and on paper."""
    _open(browser, sheets / f"{name}.html", PAPER if media == "print" else PHONE, media)
    size, words = browser.execute_script(SMALLEST)
    assert size >= POINTS - 0.01, words


@pytest.mark.parametrize("name", ["desk-worker", "hernia", "acute-flare"])
def test_the_dose_is_the_largest_of_an_exercise(browser: Any, sheets: Path, name: str) -> None:
    """On paper the dose can be read from the mat: at least 18 points, larger than all else of its exercise."""
    _open(browser, sheets / f"{name}.html", PAPER, "print")
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('.exercise')].map(e => [...e.querySelectorAll('.dose strong, h3, p, li')]"
        ".map(n => [n.matches('.dose strong'), parseFloat(getComputedStyle(n).fontSize)]))"
    )
    assert sizes
    for exercise in sizes:
        dose = next(size for is_dose, size in exercise if is_dose)
        assert dose >= 18 * 96 / 72
        assert dose > max(size for is_dose, size in exercise if not is_dose)


@pytest.mark.parametrize("name", ["desk-worker", "hernia", "acute-flare"])
def test_no_exercise_is_cut_in_two(browser: Any, sheets: Path, name: str) -> None:
    """An exercise, the boxes at the top and the week stand whole on one page, and each fits on one."""
    _open(browser, sheets / f"{name}.html", PAPER, "print")
    found = browser.execute_script(
        "return [...document.querySelectorAll('.exercise, .stop, .seen, .ready, .week, .call')]"
        ".map(e => [getComputedStyle(e).breakInside, e.getBoundingClientRect().height])"
    )
    assert found
    assert {inside for inside, _ in found} == {"avoid"}
    assert max(height for _, height in found) < 900  # the height of Letter between its margins is 960


@pytest.mark.parametrize("name", PEOPLE)
def test_on_paper_everything_is_shown(browser: Any, sheets: Path, name: str) -> None:
    """Print hides nothing that the screen shows, and what is grey is dark enough without colours."""
    text = "return document.body.innerText.replace(/\\s+/g, ' ')"
    _open(browser, sheets / f"{name}.html", DESKTOP)
    screen = browser.execute_script(text)
    _open(browser, sheets / f"{name}.html", PAPER, "print")
    assert browser.execute_script(text) == screen
    colours = browser.execute_script(
        "return [...new Set([...document.querySelectorAll('body *')].map(e => getComputedStyle(e).color))]"
    )
    for colour in colours:
        red, green, blue = (int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110, colour
