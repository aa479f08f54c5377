"""Looks at a report in headless Chromium at three widths.

Serves the page's folder on 127.0.0.1, opens it in frames 390, 1024 and 1600 pixels wide, and checks
that nothing is wider than its frame, that every image and drawing is there and has a text, that every
link leads somewhere, that embedded numbers equal the files beside the page, and that the page asks
for nothing else. With --screenshots DIR it leaves a picture for each width there.

  python3 Tools/check_page.py RUN/index.html [--screenshots DIR]

Exit code 0 where all is well, 1 with one line for each fault, 2 without Chromium or a page.
"""

import argparse
import base64
import functools
import html
import http.server
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

WIDTHS = (390, 1024, 1600)

# Runs inside the harness, which holds the page in a frame of the width to test.
MEASURE = """
const frame = document.querySelector('iframe');
frame.addEventListener('load', () => {
  const page = frame.contentDocument, width = frame.clientWidth, faults = [];
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '');
  const isClipped = e => {
    for (let p = e.parentElement; p; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== 'visible') return true;
    return e.closest('svg') !== null && e.tagName.toLowerCase() !== 'svg';
  };
  if (page.documentElement.scrollWidth > width)
    faults.push('the page is ' + page.documentElement.scrollWidth + ' pixels wide');
  for (const e of page.body.querySelectorAll('*'))
    if (e.getBoundingClientRect().right > width + 1 && !isClipped(e))
      faults.push(name(e) + ' ends outside');
  for (const e of page.images) {
    if (!e.complete || e.naturalWidth === 0) faults.push('an image is missing: ' + e.src);
    if (!e.alt) faults.push('an image has no text: ' + e.src);
  }
  const drawings = [...page.querySelectorAll('figure svg')];
  for (const e of drawings) {
    const size = e.getBoundingClientRect(), parent = e.closest('figure');
    if (size.width < 100 || size.height < 60) faults.push(name(parent) + ' is drawn too small');
    if (!e.querySelector('path, use, rect, image')) faults.push(name(parent) + ' is empty');
    const told = ['aria-labelledby', 'aria-describedby'].map(a => e.getAttribute(a))
      .every(id => id && page.getElementById(id)?.textContent.trim());
    if (e.getAttribute('role') !== 'img' || !told) faults.push(name(parent) + ' has no text');
    for (const u of e.querySelectorAll('use')) {
      const at = u.getAttribute('xlink:href') || u.getAttribute('href');
      if (!page.getElementById(at.slice(1))) faults.push(name(parent) + ' uses the missing ' + at);
    }
  }
  for (const e of page.querySelectorAll('figure'))
    if (!e.querySelector('svg, img')) faults.push(name(e) + ' has no drawing');
  const ids = [...page.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
    faults.push('two elements are called ' + id);
  const links = [...page.links].map(e => ({href: e.getAttribute('href'), name: e.download || ''}));
  const asked = performance.getEntriesByType('resource').map(e => e.name)
    .concat(frame.contentWindow.performance.getEntriesByType('resource').map(e => e.name));
  document.body.append(Object.assign(document.createElement('pre'), {id: 'result', hidden: true,
    textContent: JSON.stringify({faults, links, ids, asked, drawings: drawings.length,
      height: page.documentElement.scrollHeight})}));
});
frame.src = 'index.html';
"""


def harness(width, height):
    return (
        f"<!doctype html><meta charset=utf-8><link rel=icon href='data:,'>"
        f"<style>body{{margin:0}}iframe{{border:0;display:block}}</style>"
        f"<iframe width={width} height={height}></iframe><script>{MEASURE}</script>"
    )


class Handler(http.server.SimpleHTTPRequestHandler):
    """The page's folder, and the harness under a name of its own."""

    asked = []

    def do_GET(self):
        path, _, query = self.path.partition("?")
        Handler.asked.append(path)
        if path != "/-harness.html":
            if path == "/index.html":
                self.path = "/" + self.server.page
            return super().do_GET()
        sizes = urllib.parse.parse_qs(query)
        body = harness(int(sizes["width"][0]), int(sizes["height"][0])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def chromium(arguments, profile):
    program = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if not program:
        sys.exit(print("check_page: Chromium was not found; install it with: apt-get install chromium",
                       file=sys.stderr) or 2)
    result = subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
         "--disable-dev-shm-usage", "--disable-background-networking", f"--user-data-dir={profile}", *arguments],
        capture_output=True, text=True, timeout=300)
    return result.stdout


def check_links(found, folder, width):
    for link in found["links"]:
        href = link["href"]
        if href.startswith("#"):
            if href[1:] not in found["ids"]:
                yield f"{width}: the link {href} leads nowhere"
        elif href.startswith("data:"):
            data = base64.b64decode(href.split(",", 1)[1])
            beside = [folder / kind / link["name"] for kind in ("figures", "tables")]
            if link["name"].endswith(".json"):
                json.loads(data)
            if not link["name"] or not data:
                yield f"{width}: an embedded file is empty or has no name"
            elif not any(path.exists() and path.read_bytes() == data for path in beside):
                yield f"{width}: {link['name']} differs from the file beside the page"
        elif not re.match(r"[a-z]+:", href) and not (folder / urllib.parse.unquote(href)).exists():
            yield f"{width}: the link {href} leads nowhere"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--screenshots", type=pathlib.Path)
    options = parser.parse_args()
    if not options.page.is_file():
        print(f"check_page: {options.page} is no file", file=sys.stderr)
        return 2
    folder, faults = options.page.resolve().parent, []
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    server.page = options.page.name
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory() as profile:
        for width in WIDTHS:
            where = f"{address}-harness.html?width={width}&height="
            dom = chromium([f"--window-size={width},900", "--virtual-time-budget=20000", "--dump-dom",
                            f"{where}900"], profile)
            result = re.search(r'<pre id="result"[^>]*>(.*?)</pre>', dom, re.S)
            if not result:
                faults.append(f"{width}: Chromium did not open the page")
                continue
            found = json.loads(html.unescape(result[1]))
            faults += [f"{width}: {fault}" for fault in found["faults"]]
            faults += check_links(found, folder, width)
            faults += [f"{width}: the page asks for {url}" for url in found["asked"]
                       if not url.startswith(("data:", address))]
            print(f"{width}: {found['drawings']} drawings, {len(found['links'])} links, "
                  f"{found['height']} pixels high")
            if options.screenshots:
                options.screenshots.mkdir(parents=True, exist_ok=True)
                chromium([f"--window-size={width},{found['height']}", "--virtual-time-budget=20000",
                          f"--screenshot={options.screenshots.resolve()}/page-{width}.png",
                          f"{where}{found['height']}"], profile)
    server.shutdown()
    faults += [f"the page asks for {path}" for path in sorted(set(Handler.asked))
               if path not in ("/-harness.html", "/index.html")]
    for fault in faults:
        print(f"check_page: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
