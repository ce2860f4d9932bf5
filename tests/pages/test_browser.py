"""The page in a real browser: it filters, unfolds, fits, and complains of nothing."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from .conftest import browser
from .logs import LOGS

SHOWN = "return [...document.querySelectorAll('#list > .check')].filter((row) => !row.hidden)"


def shown(window):
    """Checks that are not filtered out, each with its verdict and operator."""
    return window.execute_script(f"{SHOWN}.map((row) => Object.values({{...row.dataset}}))")


def choose(window, name, value):
    Select(window.find_element(By.ID, name)).select_by_value(value)


def contrast(window, selector):
    """The contrast of the first such element against what is painted behind it, as WCAG has it."""
    return window.execute_script(
        """
        const parse = (text) => text.match(/[0-9.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        let element = document.querySelector(arguments[0]);
        const ink = light(parse(getComputedStyle(element).color));
        let back = [0, 0, 0, 0];
        while (element && (back[3] === 0)) {
          back = parse(getComputedStyle(element).backgroundColor);
          back = back.length === 3 ? [...back, 1] : back;
          element = element.parentElement;
        }
        const paper = light(back), [dark, bright] = [ink, paper].sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05);
        """,
        selector,
    )


@pytest.mark.parametrize("log", LOGS)
def test_no_page_complains_or_asks_for_anything(window, opened, log):
    opened(window, LOGS[log])
    assert window.get_log("browser") == []
    resources = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert [name for name in window.execute_script(resources) if not name.startswith("data:")] == []


@pytest.fixture(scope="module", params=[False, True], ids=["light", "dark"])
def narrow(request):
    """A window as wide as that of a telephone."""
    with browser(400, 800, request.param) as window:
        yield window


@pytest.mark.parametrize("log", LOGS)
def test_a_narrow_window_needs_no_scrolling_sideways(narrow, opened, log):
    opened(narrow, LOGS[log])
    narrow.execute_script("document.querySelectorAll('details').forEach((e) => e.open = true)")
    assert narrow.execute_script("return document.documentElement.scrollWidth") <= 400


def test_checks_are_filtered_by_verdict_check_operator_and_text(window, opened):
    opened(window, LOGS["family"])
    assert len(shown(window)) == 30
    choose(window, "by-verdict", "FAIL")
    assert {verdict for verdict, _, _ in shown(window)} == {"FAIL"} and len(shown(window)) == 12
    choose(window, "by-check", "ties")
    assert [check for _, check, _ in shown(window)] == ["ties"] * 4
    choose(window, "by-operator", "attention_3_with_a_long_name")
    assert len(shown(window)) == 1
    assert window.find_element(By.ID, "count").text == "1 of 30 checks"
    text = window.find_element(By.ID, "by-text")
    text.send_keys("outside RANGE")
    assert len(shown(window)) == 1
    text.send_keys(" nowhere")
    assert shown(window) == [] and window.find_element(By.ID, "nothing").is_displayed()
    window.find_element(By.CSS_SELECTOR, "#filter button[type=reset]").click()
    window.execute_async_script("setTimeout(arguments[0], 50)")
    assert len(shown(window)) == 30 and not window.find_element(By.ID, "nothing").is_displayed()


def test_a_check_and_a_cause_unfold_by_mouse_and_by_keyboard(window, opened):
    opened(window, LOGS["failing"])
    row = window.find_element(By.CSS_SELECTOR, "#list > .check")
    report = row.find_element(By.CSS_SELECTOR, ".report")
    assert not report.is_displayed()
    row.find_element(By.TAG_NAME, "summary").click()
    assert report.is_displayed() and "conformance replay" in report.text
    row.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
    assert not report.is_displayed()
    cause = window.find_element(By.CSS_SELECTOR, ".card")
    assert cause.get_attribute("open") is not None
    cause.find_element(By.TAG_NAME, "summary").send_keys(Keys.SPACE)
    assert cause.get_attribute("open") is None


def test_all_that_is_shown_unfolds_at_once(window, opened):
    opened(window, LOGS["failing"])
    choose(window, "by-verdict", "FAIL")
    button = window.find_element(By.ID, "expand")
    button.click()
    opened_rows = window.execute_script(f"{SHOWN}.map((row) => row.open)")
    assert opened_rows == [True, True] and button.text == "Collapse all"
    choose(window, "by-verdict", "WARNING")
    assert window.execute_script(f"{SHOWN}.map((row) => row.open)") == [False]
    assert button.text == "Expand all"


def test_a_large_log_is_filtered_while_one_types(window, opened):
    opened(window, LOGS["releases"])
    assert len(shown(window)) == 960
    field = window.find_element(By.ID, "by-text")
    took = window.execute_script(
        "const begin = performance.now(); arguments[0].value = 'layout 0.12.0';"
        "arguments[0].dispatchEvent(new Event('input', {bubbles: true}));"
        "return performance.now() - begin",
        field,
    )
    assert len(shown(window)) == 10 and took < 2000
    causes = window.find_elements(By.CSS_SELECTOR, "#causes .card")
    assert len(causes) == 1
    assert "The same fails in 40 runs" in causes[0].get_attribute("textContent")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_is_readable_in_both_schemes(opened, dark):
    with browser(dark=dark) as wide:
        opened(wide, LOGS["failing"])
        back = wide.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (back == "rgb(15, 19, 24)") is dark
        for selector in ("body", ".verdict strong", ".facts dt", ".chip.fail", ".chip.warning",
                         ".condition", ".seen", ".counts li", ".report dt", ".report dd",
                         ".question", "nav a", ".filter label", ".filter button",
                         "figcaption span", "footer"):  # fmt: skip
            assert contrast(wide, selector) >= 4.5, selector
        opened(wide, LOGS["passing"])
        assert contrast(wide, ".chip.pass") >= 4.5


def test_every_control_has_a_name_and_every_part_is_reached_by_keyboard(window, opened):
    opened(window, LOGS["family"])
    unnamed = window.execute_script(
        "return [...document.querySelectorAll('select, input, button')]"
        ".filter((e) => !(e.labels && e.labels.length) && !e.textContent.trim()).length"
    )
    assert unnamed == 0
    for landmark in ("header", "nav[aria-label]", "main", "footer", "form[role=search]"):
        assert len(window.find_elements(By.CSS_SELECTOR, landmark)) == 1
    body = window.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    skip = window.switch_to.active_element
    assert skip.text == "Skip to the causes"
    skip.send_keys(Keys.ENTER)
    assert window.current_url.endswith("#main")
    headings = window.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3')].map((e) => e.tagName)"
    )
    assert headings[0] == "H1" and set(headings[1:]) == {"H2"}


def test_nothing_of_a_stranger_runs(window, opened):
    opened(window, LOGS["hostile"])
    window.execute_script("document.querySelectorAll('details').forEach((e) => e.open = true)")
    assert window.find_elements(By.TAG_NAME, "img") == []
    assert window.get_log("browser") == []
    text = window.find_element(By.TAG_NAME, "h1").text
    assert text.startswith("</script><img src=x onerror=alert(1)>")


def test_a_script_that_got_into_the_page_would_not_run(window, tmp_path, opened):
    opened(window, LOGS["passing"])
    path = tmp_path / "report.html"
    page = path.read_text(encoding="utf-8")
    path.write_text(page.replace("<main", "<script>document.title = 'theirs'</script><main"))
    window.get(path.as_uri())
    assert window.title != "theirs"
    assert "Content Security Policy" in window.get_log("browser")[0]["message"]


def test_without_a_script_everything_is_there_and_no_filter(opened):
    with browser(javascript=False) as plain:
        opened(plain, LOGS["failing"])
        assert len(plain.find_elements(By.CSS_SELECTOR, "#list > .check")) == 3
        assert not plain.find_element(By.ID, "filter").is_displayed()


def test_a_plot_fits_and_tells_failing_points_by_their_shape(window, opened):
    opened(window, LOGS["failing"])
    plots = window.find_elements(By.CSS_SELECTOR, "svg.plot")
    assert len(plots) == 3 and all(plot.size["width"] > 200 for plot in plots)
    assert window.find_elements(By.CSS_SELECTOR, "path.fails")
    assert window.find_elements(By.CSS_SELECTOR, "circle.passes")
    limit = window.find_element(By.CSS_SELECTOR, ".limit-text")
    assert limit.get_attribute("textContent") == "budget"
