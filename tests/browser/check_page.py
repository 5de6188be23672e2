"""Opens a report from the disk without a network and uses it as a reader does: python3 check_page.py REPORT.html..."""

import os
import sys

from browser import Browser

WIDTHS = (390, 768, 1024, 1440, 1920)


def check(condition, what):
    if not condition:
        raise SystemExit(f"error: {what}")


def shown(browser):
    return browser.run("[...document.querySelectorAll('.finding')].filter((one) => one.checkVisibility()).length")


def fits(browser, path):
    for width in WIDTHS:
        browser.size(width, 900)
        wide = browser.run("document.documentElement.scrollWidth")
        check(wide <= width, f"{path}: at {width} pixels the page is {wide} pixels wide")
    browser.size(1440, 900)


def themes(browser, path):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = browser.run(paper)
    browser.run("document.getElementById('theme').click()")
    dark = browser.run(paper)
    check(light != dark, f"{path}: the theme does not switch")
    browser.run("document.getElementById('theme').click()")
    check(browser.run(paper) == light, f"{path}: the theme does not switch back")


def filters(browser, path):
    everything = shown(browser)
    for facet in ("jobs", "objects", "codes", "categories", "groups"):
        select = f"document.querySelector('[data-facet={facet}]')"
        options = browser.run(f"{select}.options.length")
        for option in range(1, min(options, 5)):
            browser.run(f"{select}.selectedIndex = {option}; {select}.dispatchEvent(new Event('change', {{bubbles: true}}))")
            expected = browser.run(
                f"[...document.querySelectorAll('.finding')].filter((one) => one.dataset.{facet} === '*'"
                f" || one.dataset.{facet}.split(' ').includes('{option - 1}')).length"
            )
            check(shown(browser) == expected, f"{path}: filter {facet}, option {option} shows {shown(browser)}, not {expected}")
            told = browser.run("document.getElementById('shown').textContent")
            check(told.startswith(f"{expected:,} of "), f"{path}: the filter says '{told}'")
        browser.run("document.querySelector('#filters [type=reset]').click()")
        browser.run("new Promise((done) => setTimeout(done, 20))")
        check(shown(browser) == everything, f"{path}: reset does not show all findings")


def sorts(browser, path):
    columns = browser.run("document.querySelectorAll('table.sortable thead th button').length")
    for column in range(columns):
        for order in ("first", "second"):
            result = browser.run(f"""(() => {{
                const button = document.querySelectorAll('table.sortable thead th button')[{column}];
                button.click();
                const head = button.closest('th');
                const rows = [...button.closest('table').tBodies[0].rows];
                const numeric = head.classList.contains('n');
                const keys = rows.map((row) => row.cells[head.cellIndex])
                    .map((cell) => numeric ? Number(cell.dataset.value) : cell.textContent);
                const down = head.getAttribute('aria-sort') === 'descending';
                const fine = (a, b) => numeric ? (down ? a >= b : a <= b) : (down ? a.localeCompare(b, 'en') >= 0 : a.localeCompare(b, 'en') <= 0);
                return keys.every((key, at) => at === 0 || fine(keys[at - 1], key));
            }})()""")
            check(result, f"{path}: column {column} is not sorted at the {order} click")


def opens(browser, path):
    if shown(browser) == 0:
        return
    browser.run("document.querySelector('.finding > summary').focus()")
    browser.press("Enter", 13)
    check(browser.run("document.querySelector('.finding').open"), f"{path}: Enter does not open a finding")
    browser.run("document.querySelectorAll('.like, .finding').forEach((one) => { one.open = true; })")
    browser.run("document.querySelectorAll('.finding .sql').forEach((one) => { one.open = true; })")
    visible = "[...document.querySelectorAll('.finding .sql pre')].every((one) => one.checkVisibility())"
    check(browser.run(visible), f"{path}: a finding does not show its SQL")
    browser.run("document.querySelectorAll('.finding').forEach((one) => { one.open = false; })")
    link = "document.querySelector('#plan a')"
    if browser.run(f"{link} !== null"):
        target = browser.run(f"{link}.hash.slice(1)")
        browser.run(f"{link}.click()")
        browser.run("new Promise((done) => setTimeout(done, 50))")
        check(browser.run(f"document.getElementById('{target}').open"), f"{path}: the fix plan does not open its finding")


def copies(browser, path):
    if not browser.run("document.querySelector('.finding .copy') !== null"):
        return
    browser.run("document.querySelector('.finding .copy').closest('details').open = true")
    said = browser.run(
        "(async () => { const button = document.querySelector('.finding .copy'); button.click();"
        " await new Promise((done) => setTimeout(done, 300)); return button.textContent; })()"
    )
    check(said == "copied", f"{path}: copying says '{said}'")


def alternatives(browser, path):
    nameless = browser.run(
        "[...document.querySelectorAll('[role=img]')].filter((one) => !document.getElementById(one.getAttribute('aria-labelledby'))?.textContent).length"
    )
    check(nameless == 0, f"{path}: {nameless} charts have no text alternative")
    unlabelled = browser.run(
        "[...document.querySelectorAll('button, select')].filter((one) => !one.textContent.trim() && !one.ariaLabel).length"
    )
    check(unlabelled == 0, f"{path}: {unlabelled} controls have no name")


def main():
    with Browser() as browser:
        for path in sys.argv[1:]:
            browser.size(1440, 900)
            browser.open(path)
            for step in (alternatives, fits, themes, filters, sorts, opens, copies):
                step(browser, path)
            check(not browser.errors, f"{path}: the console says {browser.errors}")
            outside = [url for url in browser.requests if url != f"file://{os.path.abspath(path)}"]
            check(not outside, f"{path}: the page asks for {outside}")
            print(f"{path}: fine")


main()
