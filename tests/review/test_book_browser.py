"""The rule book in a real browser, opened from disk: by mouse, by keyboard, on a phone, by day and by night.

It needs Debian's chromium with its driver, selenium, and axe-core from npm:
`npm install axe-core`, then AXE=node_modules/axe-core/axe.min.js python -m pytest tests/review/test_book_browser.py
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recommender import Knowledge

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: pip install --group browser")
pytest.importorskip("jinja2", reason="jinja2 is not installed: pip install -e '.[html]'")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
AXE = Path(os.environ.get("AXE", "axe.min.js"))
if not CHROMIUM or not DRIVER:
    pytest.skip("chromium and chromedriver are not there: apt install chromium-driver", allow_module_level=True)

PHONE, DESKTOP = 375, 1280
KINDS = (
    "index",
    "rule",
    "unless",
    "ordering",
    "all",
    "exercises",
    "exercise",
    "texts",
    "text",
    "conflicts",
    "guidance",
    "guarantees",
    "questions",
    "session",
    "progress",
    "how-to-read",
    "search",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from recommender.review.book.measures import measure
    from recommender.review.book.site import render, write_folder

    knowledge = Knowledge.shipped()
    folder = tmp_path_factory.mktemp("book") / "out"
    write_folder(render(knowledge, measure(knowledge)), folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def _page(kind: str) -> str:
    """An example of every kind of page, found in the knowledge."""
    rules = Knowledge.shipped().rules
    found = {
        "rule": next(c for c in rules if c.effect == "avoid" and not c.always and c.rule.unless is None),
        "unless": next(c for c in rules if c.rule.unless is not None),
        "ordering": max((c for c in rules if c.effect == "prefer"), key=lambda c: len(str(c.rule.when))),
    }
    if kind in found:
        return f"rules/{found[kind].id}.html"
    named = {
        "all": "all-rules.html",
        "exercise": f"exercises/{Knowledge.shipped().exercises[0].id}.html",
        "text": f"texts/{Knowledge.shipped().ledgers[0].document}.html",
    }
    return named.get(kind, f"{kind}.html")


def _open(browser: Any, place: Path, page: str, width: int = DESKTOP, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    browser.get("about:blank")
    browser.get(f"file://{place}/{page}")


def _says(browser: Any, text: str) -> None:
    """Wait until the live region says this."""
    region = browser.find_element(By.ID, "count")
    assert region.get_attribute("role") == "status"
    WebDriverWait(browser, 5).until(lambda _: text in region.text, f"it says: {region.text}")


def _shown(browser: Any) -> list[Any]:
    return browser.execute_script("return [...document.querySelectorAll('[data-item]:not([hidden])')]")


def _focused(browser: Any) -> Any:
    return browser.switch_to.active_element


def _press(browser: Any, *keys: str) -> None:
    for key in keys:
        webdriver.ActionChains(browser).send_keys(key).perform()


def _tab_to(browser: Any, wanted: str, most: int = 40) -> Any:
    """Press Tab until the element with this id has the focus."""
    for _ in range(most):
        _press(browser, Keys.TAB)
        if _focused(browser).get_attribute("id") == wanted:
            return _focused(browser)
    raise AssertionError(f"{wanted} cannot be reached with Tab")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not there: npm install axe-core, and name it in AXE")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(browser: Any, book: Path, kind: str, width: int, scheme: str) -> None:
    """No kind of page has a fault of accessibility that axe-core knows, at any width, by day or by night."""
    if kind == "all" and (width, scheme) != (DESKTOP, "light"):
        pytest.skip("the page for paper is large: looked at once")
    _open(browser, book, _page(kind), width, scheme)
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    browser.set_script_timeout(300)
    result = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))))"
    )
    assert result == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_scrolls_only_downwards(browser: Any, book: Path, kind: str) -> None:
    """At 375 pixels no page is wider than the screen."""
    _open(browser, book, _page(kind), PHONE)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_comes_from_elsewhere(browser: Any, book: Path, kind: str) -> None:
    """A page loads files of the book alone, and the console stays empty."""
    browser.get_log("browser")
    _open(browser, book, _page(kind))
    names = browser.execute_script("return performance.getEntriesByType('resource').map(r => r.name)")
    assert [name for name in names if not name.startswith(f"file://{book}/")] == []
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_rule_is_found_by_its_words(browser: Any, book: Path, width: int) -> None:
    """Every rule is found by its title, and the live region says how many fit."""
    rules = Knowledge.shipped().rules
    wanted = rules[len(rules) // 2]
    _open(browser, book, "index.html", width)
    assert len(_shown(browser)) == len(rules)
    browser.find_element(By.ID, "filter-q").send_keys(wanted.rule.title)
    _says(browser, f" of {len(rules)} rules")
    assert wanted.rule.title in [item.find_element(By.TAG_NAME, "a").text for item in _shown(browser)]


def test_a_rule_is_found_by_an_exercise_that_it_leaves_out(browser: Any, book: Path) -> None:
    """The search knows the exercises of a rule, and points to the other parts of the book."""
    knowledge = Knowledge.shipped()
    compiled = next(c for c in knowledge.rules if c.effect == "avoid" and 0 < c.excludes.bit_count() < 20)
    number = compiled.excludes.bit_length() - 1
    _open(browser, book, "index.html")
    browser.find_element(By.ID, "filter-q").send_keys(knowledge.exercises[number].name)
    _says(browser, " of ")
    assert compiled.rule.title in [item.find_element(By.TAG_NAME, "a").text for item in _shown(browser)]
    assert browser.find_element(By.CSS_SELECTOR, "[data-elsewhere] a").is_displayed()


FILTERS = [
    ("index.html", ("effect", "topic", "reading", "signed", "coverage")),
    ("exercises.html", ("position", "purpose", "effort", "status")),
    ("conflicts.html", ("confirm",)),
]


@pytest.mark.parametrize(("page", "name"), [(page, name) for page, names in FILTERS for name in names])
def test_each_choice_of_each_filter_holds(browser: Any, book: Path, page: str, name: str) -> None:
    """A filter shows as many entries as its choice says, says so, and keeps it in the address."""
    _open(browser, book, page)
    total = len(_shown(browser))
    control = browser.find_element(By.ID, f"filter-{name}")
    for option in Select(control).options[1:]:
        value, count = option.get_attribute("value"), int(option.text.rpartition("(")[2].rstrip(")"))
        Select(control).select_by_value(value)
        assert len(_shown(browser)) == count
        assert {item.get_attribute(f"data-{name}") for item in _shown(browser)} == {value}
        _says(browser, f"{count} of {total}" if count < total else str(total))
        assert f"{name}=" in browser.current_url


def test_the_outcome_of_statements_filters(browser: Any, book: Path) -> None:
    """On a text's page the statements that were left out can be seen alone."""
    ledger = Knowledge.shipped().ledgers[0]
    left = sum(s.outcome == "left_out" for section in ledger.sections for s in section.statements)
    _open(browser, book, _page("text"))
    Select(browser.find_element(By.ID, "filter-outcome")).select_by_value("left_out")
    _says(browser, f"{left} of ")
    assert len(_shown(browser)) == left


def test_the_address_brings_the_view_back(browser: Any, book: Path) -> None:
    """A copied address holds the search and the filters; Clear all empties them."""
    _open(browser, book, "index.html")
    browser.find_element(By.ID, "filter-q").send_keys("pain")
    Select(browser.find_element(By.ID, "filter-effect")).select_by_value("ask")
    _says(browser, " of ")
    address, shown = browser.current_url, len(_shown(browser))
    browser.get("about:blank")
    browser.get(address)
    assert browser.find_element(By.ID, "filter-q").get_attribute("value") == "pain"
    assert len(_shown(browser)) == shown
    browser.find_element(By.CSS_SELECTOR, ".filters [type=reset]").click()
    _says(browser, f"{len(Knowledge.shipped().rules)} rules")
    assert "#" not in browser.current_url


def test_nothing_found_is_said(browser: Any, book: Path) -> None:
    """Words that fit nothing end in a sentence and in the count, not in an empty page."""
    _open(browser, book, "index.html")
    browser.find_element(By.ID, "filter-q").send_keys("qqqq")
    _says(browser, "0 of ")
    assert browser.find_element(By.CSS_SELECTOR, "[data-nothing]").is_displayed()


def test_keyboard_alone_leads_from_the_search_to_a_rule(browser: Any, book: Path) -> None:
    """Tab to the search, type, Tab to the result, Enter."""
    wanted = Knowledge.shipped().rules[-1]
    _open(browser, book, "index.html")
    _tab_to(browser, "filter-q")
    _press(browser, *wanted.rule.title)
    _says(browser, " of ")
    for _ in range(12):
        _press(browser, Keys.TAB)
        if _focused(browser).text == wanted.rule.title:
            break
    outline = _focused(browser).value_of_css_property("outline-style")
    assert outline != "none"
    _press(browser, Keys.ENTER)
    WebDriverWait(browser, 5).until(lambda _: f"rules/{wanted.id}.html" in browser.current_url)
    assert browser.find_element(By.TAG_NAME, "h1").text == wanted.rule.title


def test_the_skip_link_leads_to_the_content(browser: Any, book: Path) -> None:
    """The first Tab shows a link that leads past the head of the page."""
    _open(browser, book, "index.html")
    _press(browser, Keys.TAB)
    assert _focused(browser).get_attribute("class") == "skip"
    assert _focused(browser).rect["y"] >= 0
    _press(browser, Keys.ENTER)
    assert _focused(browser).get_attribute("id") == "main"


def test_the_search_of_the_whole_book_finds_every_kind(browser: Any, book: Path) -> None:
    """The search at the head of every page finds rules, exercises, statements, conflicts, guidance and questions."""
    knowledge = Knowledge.shipped()
    _open(browser, book, _page("rule"))
    _tab_to(browser, "find")
    _press(browser, *"hernia", Keys.ENTER)
    WebDriverWait(browser, 5).until(lambda _: "search.html" in browser.current_url)
    _says(browser, "found")
    named = {
        "Exercise": knowledge.exercises[3].name,
        "Statement": knowledge.ledgers[0].sections[0].statements[0].says,
        "Conflict": knowledge.conflicts[0].title,
        "Guidance": knowledge.guidelines[0].title,
        "Question": knowledge.questionnaire.questions[0].short,
        "Rule": knowledge.rules[0].rule.title,
    }
    for kind, words in named.items():
        box = browser.find_element(By.ID, "search-q")
        box.clear()
        box.send_keys(words)
        Select(browser.find_element(By.ID, "search-kind")).select_by_visible_text(kind)
        _says(browser, "found")
        assert words in [link.text for link in browser.find_elements(By.CSS_SELECTOR, "#found a")]


def test_everything_can_be_read_without_javascript(browser: Any, book: Path) -> None:
    """Without scripts every rule stands in the list, and controls that would do nothing are not shown."""
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        _open(browser, book, "index.html")
        assert len(browser.find_elements(By.CSS_SELECTOR, "[data-item] h3 a")) == len(Knowledge.shipped().rules)
        assert not browser.find_element(By.CSS_SELECTOR, ".filters").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
