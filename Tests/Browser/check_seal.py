"""Checks in a real browser that a page notices whatever was changed in it: outside of its parts, behind its script, and where
a piece of text could pass for a piece of markup.

    check_seal.py PAGE
"""

import pathlib
import re
import sys
import tempfile

from browser import Browser

# What is looked for (the first match), what takes its place, and what the page is to say.
FORGERIES = [
    (r"<title>", "<title>No ", "“Page” was changed"),
    (r"<main>\n", "<main>\n<p>FORGED</p>\n", "“Page” was changed"),
    (r"<body>\n", "<body>\nFORGED\n", "“Page” was changed"),
    (r"</script>\n</body>", "</script>\n<p>FORGED</p>\n</body>", "“Page” was changed"),
    (r"</html>", "</html>\n<p>FORGED</p>", "“Page” was changed"),
    (r'<html lang="en"', '<html lang="de"', "“Page” was changed"),
    (r'<meta name="viewport"[^>]*>\n', "", "“Page” was changed"),
    # The end of a value moves over the text behind it.
    (r'(<td class="[a-z ]+" data-node="[^"]*"><a href="[^"]*)">([^<]+)</a>', r'\1\2"></a>', "“Table 1"),
    (r'<p class="setting">([^<])', r'<p class="setting\1">', "“Summary” was changed"),
    (r"<h1>(.)", r"<h1>&#1;\1", "“Title” was changed: it holds the control character U+0001"),
    (r"<h1>", "<h1><!-- --!>FORGED<!-- -->", "“Title” was changed: it holds a comment"),
    (r"<h1>", "<h1 hidden>", "“Title” was changed"),
    (r"<!DOCTYPE html>\n", "<!DOCTYPE html>\n<!-- FORGED -->\n", "Something stands outside of the page's element"),
    (r"<!DOCTYPE html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 3.2//EN">', "does not begin with <!DOCTYPE html>"),
    (r"<main>\n", '<main>\n<template shadowrootmode="open"><p>FORGED</p></template>', "An element has a shadow tree"),
    (r"</article>\n</noscript>", "</article>\n<p>FORGED</p>\n</noscript>", "“Section"),
    (r'<noscript>\n<p>Where', '<noscript>\n<body class="forged"><p>Where', "more than a piece of the page"),
    (r'(<dt>Key</dt><dd><code)>([0-9a-f])', r'\1 class="\2">', "“Node "),
    (r'id="seal-root" data-unsealed>', 'id="seal-root" data-unsealed><b></b>', "The digest shown for the seal"),
]


def verdict(browser, folder, text):
    copy = pathlib.Path(folder, "index.html")
    copy.write_text(text)
    browser.open("about:blank")
    browser.open(copy.as_uri())
    browser.wait_for("document.querySelector('.check button')")
    browser.run("document.querySelector('.check button').click()")
    return browser.wait_for("document.querySelector('.check .result').textContent").strip()


def main():
    page = pathlib.Path(sys.argv[1]).read_text()
    failures = 0
    browser = Browser()
    try:
        with tempfile.TemporaryDirectory() as folder:
            whole = verdict(browser, folder, page)
            if not re.fullmatch(r"All \d+ parts of this page have the digests that it was sealed with\.", whole):
                failures += 1
                print("FAIL  the page does not find itself whole: " + whole[:300])
            for pattern, replacement, expected in FORGERIES:
                forged, count = re.subn(pattern, replacement, page, count=1)
                says = verdict(browser, folder, forged) if count else "there is no place for it"
                if expected not in says:
                    failures += 1
                    print(f"FAIL  {pattern} -> {replacement}: “{expected}” is not in “{says[:200]}”")
    finally:
        browser.close()
    print(f"seal: {failures} failures of {len(FORGERIES)} forgeries")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
