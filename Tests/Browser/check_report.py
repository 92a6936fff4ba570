"""Checks reports in a real browser: that they ask for nothing, answer by pointer and by keyboard, can be read by everyone.

    check_report.py PAGE... [--axe axe.min.js] [--hostile PAGE] [--large PAGE] [--pictures FOLDER]
"""

import argparse
import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from browser import Browser, BrowserError

FAILURES = []


def expect(condition, sentence):
    if not condition:
        FAILURES.append(sentence)
        print("FAIL  " + sentence, flush=True)


def address(page):
    return pathlib.Path(page).absolute().as_uri()


def load(browser, page, fragment=""):
    """Opens a page anew and waits until it answers."""
    browser.open("about:blank")
    browser.messages(), browser.requests()
    browser.open(address(page) + fragment)
    browser.wait_for("document.documentElement.classList.contains('js') && !document.querySelector('img.drawing')",
                     what="the drawings were put in")


def quiet(browser, page, what, allowed=None):
    """Nothing on the console, nothing asked for but the page."""
    messages = [each for each in browser.messages() if not (allowed and allowed in each)]
    expect(not messages, f"{what}: the console says {messages[:3]}")
    others = [each for each in browser.requests() if each.split("#")[0] not in (address(page), "about:blank")]
    expect(not others, f"{what}: asked for {others[:3]}")


# The page itself

def check_policy(browser, page):
    policy = browser.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    expect(policy.startswith("default-src 'none'") and "unsafe" not in policy, "the policy is not strict: " + policy)
    # It is in force: what somebody slips in does not run, does not load, does not style.
    browser.run("""
        const slipped = document.createElement('div');
        slipped.innerHTML = '<p id="slipped" style="color: rgb(1, 2, 3)">x</p><img src="https://example.org/x.png" alt="">';
        document.body.append(slipped);
        const script = document.createElement('script');
        script.textContent = 'window.slippedIn = true';
        document.body.append(script);""")
    expect(browser.run("return window.slippedIn") is None, "a script that was slipped in ran")
    expect(browser.run("return getComputedStyle(document.getElementById('slipped')).color") != "rgb(1, 2, 3)",
           "a style that was slipped in counts")
    browser.messages(), browser.requests()


def check_check(browser, page):
    """The page finds itself whole; a changed byte is named."""
    load(browser, page)
    browser.run("document.querySelector('.check button').click()")
    text = browser.wait_for("document.querySelector('.check .result').textContent")
    expect(re.fullmatch(r"All \d+ parts of this page have the digests that it was sealed with\.", text.strip()),
           "the page does not find itself whole: " + text[:300])
    quiet(browser, page, "self-check")
    source = pathlib.Path(page).read_text()
    for pattern, name in [(r"<h1>(.)", "Title"), (r'<td class="[^"]*" data-node="[^"]*"><a [^>]*>(\d)', "Table 1"),
                          (r'<img class="drawing" src="data:image/svg\+xml,.{4000}(.)', "Table 1, drawn"),
                          (r'<dt>Key</dt><dd><code>(.)', "Node ")]:
        found = re.search(pattern, source)
        if not found:
            expect(False, f"the page has nothing like {pattern}")
            continue
        other = {"0": "1", "a": "b", "A": "B"}.get(found[1], "0" if found[1].isdigit() else "A")
        changed = source[:found.start(1)] + other + source[found.end(1):]
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, "index.html")
            copy.write_text(changed)
            browser.open(address(copy))
            browser.run("document.querySelector('.check button').click()")
            text = browser.wait_for("document.querySelector('.check .result').textContent")
        expect(text.startswith("“" + name) and "was changed" in text, f"a changed byte of {name} is not named: {text[:200]}")
    browser.messages(), browser.requests()


# Bytes of a page that people mail to each other.
MOST_BYTES = {"quick": 3_000_000, "paper": 15_000_000}


def check_size(page):
    data = pathlib.Path(page).read_bytes()
    profile = re.search(rb'<meta name="repro-page" content="[^"]*&quot;profile&quot;:&quot;([^&"]*)&quot;', data)
    expect(profile, "the page does not say of which profile it is")
    most = MOST_BYTES.get(profile[1].decode() if profile else "quick", MOST_BYTES["paper"])
    print(f"{len(data):,} bytes")
    expect(len(data) <= most, f"the page has {len(data):,} bytes, and may have {most:,}")


def check_links(browser, page):
    broken = browser.run("""
        const known = new Set([...document.querySelectorAll('[id]')].map(e => e.id));
        const records = new Set([...document.querySelectorAll('table.records tr[data-node] a')].map(e => e.getAttribute('href').slice(1)));
        return [...document.querySelectorAll('a[href^="#"]')].map(e => e.getAttribute('href').slice(1))
          .filter(id => !known.has(id) && !records.has(id));""")
    expect(not broken, f"links lead nowhere: {sorted(set(broken))[:5]}")


# Answers

def check_pointer(browser, page):
    load(browser, page)
    point = ".plate:not(.bare) [data-says][data-node]"
    name = browser.run(f"return document.querySelector('{point}').dataset.node")
    browser.point_at(point + " > *")
    says = browser.wait_for("!document.querySelector('.tip').hidden && document.querySelector('.tip').textContent")
    expect(re.search(r"\d", says), "a point that is pointed at tells no value: " + says)
    lit = browser.run("return [...document.querySelectorAll('.lit')].map(e => e.closest('table, figure')?.id || e.className)")
    expect(any(each.startswith("table1") for each in lit), f"{name} does not light up in Table 1: {lit[:6]}")
    expect("graph" in lit, f"{name} does not light up in the graph: {lit[:6]}")
    browser.point_at(point + " > *", click=True)
    browser.wait_for("!document.querySelector('.panel').hidden", what="a click on a point opened what made it")
    expect(browser.run("return decodeURIComponent(location.hash)") == "#node/" + name, "the view has no address of its own")

    # A cell of the table, its point, its node. Generated images have no raw files; Fashion-MNIST has.
    load(browser, page)
    cell = "#table1 td[data-node*='/fashion-mnist/'] a"
    browser.point_at(cell)
    expect(browser.run("return document.querySelectorAll('.plate g.lit').length") > 0, "no point lights up with its cell")
    browser.point_at(cell, click=True)
    browser.wait_for("!document.querySelector('.panel').hidden")
    text = browser.run("return document.querySelector('.panel').textContent")
    for word in ["Stage", "version", "Key", "by run", "Machine", "OpenBLAS kernel", "Again by", "repro all", "Read", "Made",
                 "Parameters", "Raw files at the end of the chain"]:
        expect(word in text, f"the record of a cell says nothing of “{word}”")
    digests = browser.run("return [...document.querySelectorAll('.panel .files > li > code')].map(e => e.textContent)")
    expect(digests and all(re.fullmatch("[0-9a-f]{64}", each) for each in digests), "digests in the record are not whole")

    # From node to node, and back by the browser's button.
    first = browser.run("return location.hash")
    browser.run("document.querySelector('.panel ul.files a').click()")
    browser.wait_for("location.hash != arguments[0]", first)
    second = browser.run("return [location.hash, document.querySelector('#panel-title').textContent]")
    expect(second[0] == "#node/" + second[1], f"the address {second[0]} is not that of {second[1]}")
    browser.back()
    browser.wait_for("location.hash == arguments[0]", first)
    browser.wait_for("'#node/' + document.querySelector('#panel-title').textContent == arguments[0]", first)
    browser.back()
    browser.wait_for("document.querySelector('.panel').hidden", what="the back button left the record")
    # An address from elsewhere opens the same.
    load(browser, page, first)
    browser.wait_for("'#node/' + document.querySelector('#panel-title')?.textContent == arguments[0]", first)
    quiet(browser, page, "pointer")


def check_switches(browser, page):
    load(browser, page)
    shown = "[...document.querySelectorAll('.variant')].filter(e => getComputedStyle(e).display != 'none').length"
    if browser.run("return document.querySelectorAll('.variants').length") == 0:
        expect(False, "there is no table in several readings")
        return
    before = browser.run("return document.querySelector('.variants').innerText")
    expect(browser.run("return " + shown) == 1, "not one reading of Table 1 shows at a time")
    seen = {before}
    for box in range(browser.run("return document.querySelectorAll('.variants input').length")):
        browser.run("document.querySelectorAll('.variants input')[arguments[0]].click()", box)
        expect(browser.run("return " + shown) == 1, "not one reading of Table 1 shows at a time")
        seen.add(browser.run("return document.querySelector('.variants').innerText"))
    expect(len(seen) >= 4, f"the switches show {len(seen)} readings")


def check_keyboard(browser, page):
    """Everything by keys alone."""
    load(browser, page)
    stops = set()
    browser.run("document.body.focus()")
    wanted = {"radio", "cell", "plate", "graph", "download", "summary", "button"}
    kind = """
        const e = document.activeElement;
        if (e.matches('input[type=radio]')) return 'radio';
        if (e.matches('td a')) return 'cell';
        if (e.matches('.plate')) return 'plate';
        if (e.matches('a.box')) return 'graph';
        if (e.matches('a[download]')) return 'download';
        if (e.matches('summary')) return 'summary';
        if (e.matches('.check button')) return 'button';
        return e.localName;"""
    for _ in range(1500):
        browser.press("Tab")
        stops.add(browser.run(kind))
        if wanted <= stops:
            break
        if browser.run("return document.activeElement === document.body"):
            break
    expect(wanted <= stops, f"the tabulator does not come to {sorted(wanted - stops)}")
    visible = browser.run("""
        document.querySelector('#table1 td a').focus();
        return getComputedStyle(document.activeElement).outlineStyle""")
    expect(visible != "none", "a cell that has the focus cannot be told")
    browser.press("Tab")
    visible = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    expect(visible != "none", "what has the focus cannot be seen")
    # What takes the arrow keys gives the focus back.
    for place in [".plate:not(.bare)", ".graph-frame"]:
        browser.run("document.querySelector(arguments[0]).focus()", place)
        browser.press("Right")
        for _ in range(3):
            browser.press("Tab")
        expect(browser.run("return !document.activeElement.matches(arguments[0])", place), f"{place} keeps the focus")

    # A cell opens its record, Escape closes it, the focus is where it was.
    browser.run("document.querySelector('#table1 td a').focus()")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('.panel').hidden")
    expect(browser.run("return document.activeElement.id") == "panel-title", "the record does not get the focus")
    browser.press("Escape")
    browser.wait_for("document.querySelector('.panel').hidden", what="Escape closed the record")
    expect(browser.run("return document.activeElement.matches('#table1 td a')"), "the focus did not come back to the cell")
    check_values(browser)
    check_lists(browser)

    # A figure's points, one by one.
    browser.run("document.querySelector('.plate:has([data-says][data-node]):not(.bare)').focus()")
    browser.press("Home")
    first = browser.wait_for("!document.querySelector('.tip').hidden && document.querySelector('.tip').textContent")
    browser.press("Right")
    second = browser.run("return document.querySelector('.tip').textContent")
    expect(first != second, "the arrow keys do not go from point to point")
    expect(browser.run("return document.querySelector('[aria-live]').textContent") == second, "a point is not read out")
    # The last point of Table 1's drawing is ours; the paper's have no node.
    browser.press("End", "Enter")
    browser.wait_for("!document.querySelector('.panel').hidden", what="Enter opened what made the point")
    browser.press("Escape")

    # The graph: from box to box, enlarged, reduced, opened.
    browser.run("document.querySelector('a.box').focus()")
    name = "return document.activeElement.dataset.node"
    start = browser.run(name)
    browser.press("Down")
    expect(browser.run(name) != start, "the arrow keys do not go from box to box")
    width = "return document.querySelector('svg.graph').viewBox.baseVal.width"
    whole = browser.run(width)
    browser.press("+")
    expect(browser.run(width) < whole, "plus does not enlarge the graph")
    browser.press("0")
    expect(browser.run(width) == whole, "zero does not show the whole graph")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('.panel').hidden", what="Enter opened the node of a box")
    browser.run("[...document.querySelectorAll('.panel button')].find(e => e.textContent == 'Show in the graph').focus()")
    browser.press("Enter")
    browser.wait_for("document.activeElement.matches('a.box')", what="the record led to its box")
    quiet(browser, page, "keyboard")


def check_values(browser):
    """Lines and matrices tell the values that the data beside the drawing have."""
    seen = set()
    for identifier in browser.run("return [...document.querySelectorAll('figure[id] .plate:not(.bare) svg')].map(e => e.closest('figure').id)"):
        if identifier == "fig1":
            continue
        browser.run("document.querySelector(`#${arguments[0]} .plate`).focus()", identifier)
        for key in ["Right", "End", "Left"]:
            browser.press(key)
            told = browser.run("return document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent")
            expect(re.search(r"\d", told), f"{identifier} tells no value by keys: “{told}”")
            seen.add(told)
    expect(len(seen) > 10, f"the figures tell {len(seen)} values")
    # By the pointer, in the middle of a matrix and on a line.
    for kind, pattern in [("data-matrix", r", row \d+, column \d+: (about )?[−∞\d]"), ("data-line", r": .+ [−\d.]+, .+ [−\d.]+$")]:
        place = browser.run("""
            const element = document.querySelector(`[${arguments[0]}] :is(image, path)`);
            if (!element) return null;
            element.closest('.plate').scrollIntoView({block: 'center'});
            if (element.localName == 'image') { const b = element.getBoundingClientRect(); return [b.left + b.width * 0.4, b.top + b.height * 0.6]; }
            const [, x, y] = element.getAttribute('d').match(/L(-?[\\d.]+) (-?[\\d.]+)/).map(Number);
            const point = new DOMPoint(x, y).matrixTransform(element.getScreenCTM());
            return [point.x, point.y];""", kind)
        if not place:
            expect(False, f"no drawing has {kind}")
            continue
        # The page tells of its scrolling with the next frame, and what the pointer shows goes with it.
        browser.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        browser.point(*place)
        told = browser.run("return document.querySelector('.tip').hidden ? '' : document.querySelector('.tip').textContent")
        expect(re.search(pattern, told), f"{kind} that is pointed at tells “{told}”")
    browser.point(1, 1)
    browser.run("document.activeElement.blur()")


def check_lists(browser):
    """What a figure tells from point to point, it tells as a list as well."""
    buttons = browser.run("return document.querySelectorAll('.downloads button[aria-expanded]').length")
    expect(buttons > 3, f"{buttons} figures list their values")
    for index in range(buttons):
        browser.run("document.querySelectorAll('.downloads button[aria-expanded]')[arguments[0]].focus()", index)
        browser.press("Enter")
        label, told = browser.run("""
            const list = document.querySelector('.values');
            return [list?.getAttribute('aria-label') ?? '', list?.textContent ?? ''];""")
        expect(label.startswith("Values of ") and re.search(r"\d", told), f"the list “{label}” tells no value: {told[:100]}")
        expect(browser.run("return document.activeElement.getAttribute('aria-expanded')") == "true", "a list does not say that it is open")
        browser.press("Enter")
        expect(browser.run("return !document.querySelector('.values')"), f"the list “{label}” stays")


def check_downloads(browser, page, downloads):
    load(browser, page)
    browser.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    identifier = browser.run("return document.querySelector('a[data-from-page=svg]')?.closest('figure').id")
    if not identifier:
        expect(False, "no figure can be downloaded from the page")
        return
    picture = browser.run("return document.getElementById(arguments[0]).querySelector('.drawing').pictureAddress", identifier)
    for form in ["svg", "png"]:
        browser.run("document.getElementById(arguments[0]).querySelector(`a[data-from-page=${arguments[1]}]`).click()",
                    identifier, form)
    for _ in range(100):
        files = {each.suffix: each for each in pathlib.Path(downloads).iterdir()}
        if ".svg" in files and ".png" in files:
            break
        time.sleep(0.1)
    expect(set(files) >= {".svg", ".png"}, f"only {sorted(files)} were downloaded")
    if ".svg" in files:
        saved = files[".svg"].read_bytes()
        expect(saved == urllib.parse.unquote_to_bytes(picture.split(",", 1)[1].replace("'", '"')), "the SVG is not the page's own bytes")
        beside = pathlib.Path(page).absolute().parent.parent.joinpath("figures", files[".svg"].name)
        expect(saved == beside.read_bytes(), "the SVG is not the file beside the page")
    if ".png" in files:
        expect(files[".png"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and files[".png"].stat().st_size > 5000,
               "the PNG made by the page is none")
    beside = browser.run("""
        return [...document.querySelectorAll('.downloads a:not([data-from-page])')].map(e => e.getAttribute('href'))
          .filter(each => !each.startsWith('data:'))""")
    missing = [each for each in beside if not pathlib.Path(page).parent.joinpath(each).exists()]
    expect(not missing, f"files beside the page are not there: {missing[:4]}")
    # A figure by itself, as the browser prints it: one page, whose letters are letters.
    browser.run("""
        window.print = () => { window.asked = true; };
        document.getElementById(arguments[0]).querySelector('.downloads button').click();""", identifier)
    printed = browser.pdf()
    expect(len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1 and b"/FontFile" in printed,
           "a figure that is printed alone is not one page of vectors")
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    expect(browser.run("return !document.querySelector('.printed') && !document.documentElement.matches('.one-figure')"),
           "the page is not itself again after a figure was printed")
    quiet(browser, page, "downloads")


# For everyone

def check_reading(browser, page, axe):
    for width, scheme in [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]:
        browser.size(width)
        browser.look(scheme)
        load(browser, page)
        wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(wide <= 0, f"{width} px, {scheme}: the page scrolls sideways by {wide} px")
        if axe:
            browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
            report_axe(browser, axe, f"{width} px, {scheme}")
            browser.run("document.querySelector('#table1 td a').click()")
            browser.wait_for("!document.querySelector('.panel').hidden")
            report_axe(browser, axe, f"{width} px, {scheme}, with a record open")
    # 200% of a window of 1280 pixels.
    browser.look("light")
    browser.size(640, 450, 2)
    load(browser, page)
    wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(wide <= 0, f"at 200% the page scrolls sideways by {wide} px")
    check_drawings(browser, page)
    browser.size(1280)
    browser.look("light")


# Labels below 9 px, scripts of formulas apart; labels that are cut off, or lie on each other; drawings that scroll.
FAULTS_OF_DRAWINGS = """
    const found = [];
    for (const text of document.querySelectorAll('svg text:not(.tiny), svg tspan')) {
      const { a, b } = text.getScreenCTM();
      const scale = Math.hypot(a, b);
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      const isScript = text.localName == 'tspan' && text.hasAttribute('font-size');
      if (size < (isScript ? 6.5 : 9)) found.push(`“${text.textContent}” has ${size.toFixed(1)} px`);
    }
    for (const svg of document.querySelectorAll('.plate svg.drawing')) {
      const name = svg.closest('figure').id;
      const whole = svg.getBoundingClientRect();
      const boxes = [...svg.querySelectorAll('text')].map((text) => ({ text, box: text.getBoundingClientRect() }));
      for (const { text, box } of boxes)
        if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.top < whole.top - 1 || box.bottom > whole.bottom + 1)
          found.push(`${name}: “${text.textContent}” is cut off`);
      boxes.forEach(({ text, box }, index) => {
        for (const other of boxes.slice(index + 1)) {
          const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          // Lines of text are higher than their letters.
          if (width > 2 && height > 0.45 * Math.min(box.height, other.box.height))
            found.push(`${name}: “${text.textContent}” lies on “${other.text.textContent}”`);
        }
      });
      const plate = svg.closest('.plate');
      if (plate.scrollWidth > plate.clientWidth + 1) found.push(`${name} scrolls sideways in its frame`);
    }
    return found;"""


def check_drawings(browser, page):
    browser.look("light")
    browser.size(1280)
    load(browser, page)
    for width, scheme in [(1280, "light"), (1280, "dark"), (1025, "dark"), (1024, "dark"), (768, "light"), (640, "light"),
                          (360, "light"), (360, "dark")]:
        browser.look(scheme)
        browser.size(width)
        # A form for narrow screens is put in when the width asks for it.
        browser.wait_for("""[...document.querySelectorAll('.has-narrow svg.drawing')]
            .every(e => e.id.endsWith('-narrow') == matchMedia('screen and (max-width: 64rem)').matches)""",
                         what=f"drawings for {width} px")
        faults = browser.run(FAULTS_OF_DRAWINGS)
        expect(not faults, f"{width} px, {scheme}: {len(faults)} faults of drawings: {faults[:6]}")


def report_axe(browser, axe, what):
    browser.evaluate(axe + ";1")
    # WCAG 2.2, A and AA, with what axe recommends beside it.
    found = browser.evaluate("""axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
        'best-practice'], resultTypes: ['violations']}).then(r => r.violations.map(v =>
        `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary.slice(0, 300)}`))""")
    expect(not found, f"{what}: axe-core finds {len(found)} violations: {found[:4]}")


def check_without_script(browser, page):
    browser.scripts(False)
    browser.open(address(page))
    text = browser.command("Runtime.evaluate", expression="1") and browser.evaluate("document.body.innerText")
    for word in ["Table 1", "Figure 3", "How it was run"]:
        expect(word in text, f"without a script there is no “{word}”")
    pictures = browser.evaluate("""[...document.querySelectorAll('img')].filter(e => !(e.complete && e.naturalWidth > 0))
        .length""")
    expect(pictures == 0, f"without a script {pictures} pictures do not show")
    shown = browser.evaluate("[...document.querySelectorAll('.variant')].filter(e => e.offsetHeight > 0).length")
    expect(shown == 1, f"without a script {shown} readings of Table 1 show")
    # An address leads to the record, which stands in the page.
    name = browser.evaluate("document.querySelector('#table1 td a').getAttribute('href')")
    browser.open("about:blank")
    browser.open(address(page) + name)
    seen = browser.evaluate("document.getElementById(%s).getBoundingClientRect().height" % json.dumps(name[1:]))
    expect(seen > 100, "without a script a link to a record shows nothing")
    for width in [1280, 360]:
        browser.size(width)
        wide = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(wide <= 0, f"without a script the page scrolls sideways by {wide} px at {width} px")
        scrolling = browser.evaluate("""[...document.querySelectorAll('.has-narrow')]
            .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.closest('figure').id)""")
        expect(not scrolling, f"without a script, at {width} px, these drawings scroll: {scrolling}")
    browser.size(1280)
    browser.scripts(True)


def check_print(browser, page):
    load(browser, page)
    # A4 less its margins, in pixels.
    browser.size(628)
    browser.look("light", media="print")
    cut = browser.run("""
        const found = [];
        for (const e of document.querySelectorAll('main *')) {
          if (e.closest('svg') && e.localName != 'svg') continue;
          const box = e.getBoundingClientRect();
          if (box.width > 0 && box.right > document.documentElement.clientWidth + 1)
            found.push(`${e.localName}.${e.className} ${Math.round(box.right)}`);
        }
        return found;""")
    expect(not cut, f"in print this is cut: {cut[:5]}")
    browser.look("light")
    browser.size(1280)
    pdf = browser.pdf()
    pages = len(re.findall(rb"/Type\s*/Page[^s]", pdf))
    expect(pdf.startswith(b"%PDF") and pages >= 2, f"print gives {pages} pages")
    return pdf


# How far apart two pictures are: the mean over half the drawing's pixels, and the share that is far off, both of 1.
DISTANCE = """(async ([first, second]) => {
    const read = async (address) => {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return picture;
    };
    const [a, b] = [await read(first), await read(second)];
    const [width, height] = [Math.round(a.naturalWidth / 2), Math.round(a.naturalHeight / 2)];
    const pixels = (picture) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, {width, height});
      const context = canvas.getContext('2d');
      context.fillStyle = '#fff';
      context.fillRect(0, 0, width, height);
      context.imageSmoothingQuality = 'high';
      context.drawImage(picture, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    };
    const [left, right] = [pixels(a), pixels(b)];
    let sum = 0, far = 0, ink = 0;
    for (let i = 0; i < left.length; i += 4) {
      const distance = (Math.abs(left[i] - right[i]) + Math.abs(left[i + 1] - right[i + 1]) + Math.abs(left[i + 2] - right[i + 2])) / 765;
      sum += distance;
      far += distance > 0.35;
      ink += left[i] + left[i + 1] + left[i + 2] < 600;
    }
    const count = left.length / 4;
    return [sum / count, far / count, ink / count];
  })"""


def check_forms(browser, page):
    """PNG and PDF show what the SVG shows, as near as another program draws the same lines and letters."""
    browser.open("about:blank")
    folder = pathlib.Path(page).absolute().parent.parent / "figures"
    names = sorted(each.stem for each in folder.glob("*.svg") if not each.stem.endswith("-narrow"))
    expect(len(names) >= 5, f"only {names} are drawn")
    worst = [0, 0]
    for name in names:
        svg = address_of("image/svg+xml", folder.joinpath(name + ".svg").read_bytes())
        with tempfile.TemporaryDirectory() as work:
            subprocess.run(["pdftoppm", "-png", "-r", "192", "-singlefile", folder / (name + ".pdf"), f"{work}/page"], check=True)
            forms = {"PNG": folder.joinpath(name + ".png").read_bytes(), "PDF": pathlib.Path(work, "page.png").read_bytes()}
        for form, data in forms.items():
            mean, far, ink = browser.evaluate(f"{DISTANCE}({json.dumps([svg, address_of('image/png', data)])})")
            worst = [max(worst[0], mean), max(worst[1], far)]
            expect(ink > 0.003, f"{name}.svg is nearly empty")
            # An element of a matrix of noise is a pixel and a half here, and counts by where it falls.
            expect(mean < 0.03 and far < 0.01, f"{name}: the {form} is not the SVG: {mean:.4f} apart, {far:.4f} of it far off")
    print(f"{len(names)} figures in 3 forms: at most {worst[0]:.4f} apart, {worst[1]:.4f} far off")


def address_of(kind, data):
    return f"data:{kind};base64," + base64.b64encode(data).decode()


def check_speed(browser, page):
    """Opens and answers within a second. Not a benchmark: five seconds are allowed on a machine that does other things."""
    browser.open("about:blank")
    browser.open(address(page))
    browser.wait_for("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    times = browser.run("""
        const entry = performance.getEntriesByType('navigation')[0];
        const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
        return [paint, performance.getEntriesByName('answers')[0].startTime, entry.loadEventEnd];""")
    # What is put off until it is needed does not make the reader wait then.
    opened = browser.run("""
        const begun = performance.now();
        document.querySelector('#table1 td a').click();
        return new Promise(done => { const look = () => document.querySelector('.panel').hidden
            ? setTimeout(look, 1) : done(performance.now() - begun); look(); });""")
    size = pathlib.Path(page).stat().st_size
    print(f"{pathlib.Path(page).name}: {size / 1e6:.2f} MB, seen after {times[0]:.0f} ms, answers after {times[1]:.0f} ms, "
          f"loaded after {times[2]:.0f} ms; the first record opens in {opened:.0f} ms")
    expect(max(times) < 5000, f"the page is loaded after {max(times):.0f} ms")
    expect(opened < 2000, f"the first record opens in {opened:.0f} ms")


def check_hostile(browser, page, axe):
    load(browser, page)
    expect(browser.run("return window.alerted") is None and browser.run("return document.querySelectorAll('main script').length") == 0,
           "hostile content became a script")
    browser.run("document.querySelector('a.box').focus()")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('.panel').hidden")
    expect("<script>" in browser.run("return document.querySelector('.panel').textContent"), "hostile content is not shown as text")
    wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(wide <= 0, f"hostile content makes the page scroll sideways by {wide} px")
    expect(browser.run("""return [...document.querySelectorAll('*')].every(e =>
        [...e.attributes].every(a => !a.name.startsWith('on')) && !/^javascript:/i.test(e.getAttribute?.('href') ?? ''))"""),
           "hostile content became a handler or an address that runs")
    if axe:
        report_axe(browser, axe, "hostile content, with a record open")
    browser.press("Escape")
    browser.run("document.querySelector('.check button').click()")
    text = browser.wait_for("document.querySelector('.check .result').textContent")
    expect(text.startswith("All "), "a page with hostile content does not find itself whole: " + text[:200])
    # That the policy refuses what hostile content tries is what it is there for.
    quiet(browser, page, "hostile content", allowed="violates the following Content Security Policy directive")


def take_pictures(browser, page, folder):
    for width, name in [(1280, "desktop"), (360, "phone")]:
        for scheme in ["light", "dark"]:
            browser.size(width)
            browser.look(scheme)
            load(browser, page)
            boxes = browser.run("""
                const place = (e) => { const b = e.getBoundingClientRect();
                  return {x: 0, y: b.top + scrollY, width: document.documentElement.clientWidth, height: Math.min(b.height, 6000)}; };
                const top = document.querySelector('nav').getBoundingClientRect();
                return [['0-top', {x: 0, y: 0, width: document.documentElement.clientWidth, height: top.bottom + scrollY}],
                  ...[...document.querySelectorAll('main > section')].map((e, i) => [`${i + 1}`, place(e)])];""")
            for label, clip in boxes:
                browser.picture(f"{folder}/{name}-{scheme}-{label}.png", clip)
            browser.run("document.querySelector('#table1 td a').click()")
            browser.wait_for("!document.querySelector('.panel').hidden")
            top = browser.run("return scrollY")
            browser.picture(f"{folder}/{name}-{scheme}-record.png", {"x": 0, "y": top, "width": width, "height": 900})
    browser.size(1280)
    browser.look("light")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("page")
    options.add_argument("--axe", help="axe-core's axe.min.js")
    options.add_argument("--hostile", help="a page with hostile content")
    options.add_argument("--large", help="a page of the paper's size")
    options.add_argument("--pictures", help="a folder for pictures of every section")
    options.add_argument("--only", help="the names of checks, separated by commas")
    given = options.parse_args()
    axe = pathlib.Path(given.axe).read_text() if given.axe else None
    started = time.time()
    with tempfile.TemporaryDirectory() as downloads:
        browser = Browser(downloads)
        checks = {
            "size": lambda: check_size(given.page),
            "policy": lambda: (load(browser, given.page), quiet(browser, given.page, "opening"), check_links(browser, given.page),
                               check_policy(browser, given.page)),
            "check": lambda: check_check(browser, given.page),
            "pointer": lambda: check_pointer(browser, given.page),
            "switches": lambda: check_switches(browser, given.page),
            "keyboard": lambda: check_keyboard(browser, given.page),
            "downloads": lambda: check_downloads(browser, given.page, downloads),
            "reading": lambda: check_reading(browser, given.page, axe),
            "forms": lambda: check_forms(browser, given.page),
            "print": lambda: check_print(browser, given.page),
            "script": lambda: check_without_script(browser, given.page),
        }
        if given.hostile:
            checks["hostile"] = lambda: check_hostile(browser, given.hostile, axe)
        if given.large:
            checks["large"] = lambda: (check_speed(browser, given.page), check_speed(browser, given.large))
        if given.pictures:
            checks["pictures"] = lambda: take_pictures(browser, given.page, given.pictures)
        try:
            for name, check in checks.items():
                if given.only and name not in given.only.split(","):
                    continue
                begun = time.time()
                try:
                    check()
                except BrowserError as error:
                    expect(False, f"{name}: {error}")
                print(f"{name}: {time.time() - begun:.1f} s", flush=True)
        finally:
            browser.close()
    print(f"{len(FAILURES)} failures after {time.time() - started:.0f} s")
    sys.exit(1 if FAILURES else 0)


if __name__ == "__main__":
    main()
