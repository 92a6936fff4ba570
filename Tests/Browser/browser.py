"""A browser over the WebDriver protocol: what the checks need of it, with nothing but the standard library."""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Left": "\ue012", "Up": "\ue013", "Right": "\ue014",
        "Down": "\ue015", "End": "\ue010", "Home": "\ue011", "Space": " ", "Shift": "\ue008"}


class BrowserError(Exception):
    pass


class Browser:
    """A headless Chromium with a profile of its own, which leaves nothing behind."""

    def __init__(self, downloads=None):
        driver = shutil.which("chromedriver")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if not driver or not chromium:
            raise BrowserError("chromium and chromedriver are missing; run Scripts/install-browser.sh")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.profile = tempfile.mkdtemp(prefix="repro-browser-")
        self.address = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(
            [driver, f"--port={port}", "--silent"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_for_driver()
        preferences = {}
        if downloads:
            preferences = {"download.default_directory": str(downloads), "download.prompt_for_download": False}
        answer = self._send("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": {
                "binary": chromium,
                "prefs": preferences,
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                         "--force-color-profile=srgb", "--disable-background-networking", "--window-size=1280,900",
                         f"--user-data-dir={self.profile}"],
            }}}})
        self.session = "/session/" + answer["sessionId"]

    def _wait_for_driver(self):
        for _ in range(600):
            try:
                self._send("GET", "/status")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise BrowserError("chromedriver did not start")

    def _send(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            self.address + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise BrowserError(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def close(self):
        try:
            self._send("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    # What a user does

    def open(self, address):
        self._send("POST", self.session + "/url", {"url": address})

    def back(self):
        self._send("POST", self.session + "/back", {})

    def press(self, *keys):
        """Presses keys one after the other, as somebody without a pointer does."""
        actions = []
        for key in keys:
            held = key.startswith("Shift+")
            value = KEYS.get(key.removeprefix("Shift+"), key.removeprefix("Shift+"))
            if held:
                actions.append({"type": "keyDown", "value": KEYS["Shift"]})
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
            if held:
                actions.append({"type": "keyUp", "value": KEYS["Shift"]})
        self._send("POST", self.session + "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def point(self, x, y, click=False):
        """Moves the pointer to a place of the window, and presses it there."""
        actions = [{"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}]
        if click:
            actions += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._send("POST", self.session + "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}]})

    def point_at(self, selector, click=False):
        box = self.run("""
            const element = document.querySelector(arguments[0]);
            element.scrollIntoView({block: 'center'});
            const box = element.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];""", selector)
        self.point(*box, click=click)

    # What can be asked

    def run(self, script, *arguments):
        return self._send("POST", self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def command(self, name, **parameters):
        return self._send("POST", self.session + "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def evaluate(self, expression):
        """Runs an expression, which may be a promise, outside of the page's Content-Security-Policy."""
        answer = self.command("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:800])
        return answer["result"].get("value")

    def wait_for(self, script, *arguments, what=""):
        for _ in range(300):
            value = self.run("return " + script, *arguments)
            if value:
                return value
            time.sleep(0.1)
        raise BrowserError("this did not happen: " + (what or script))

    def logs(self, kind):
        return self._send("POST", self.session + "/se/log", {"type": kind})

    def messages(self):
        """What the console says since it was last asked."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.logs("browser")]

    def requests(self):
        """Addresses that were asked for since this was last asked, but for the page's own and what it holds itself."""
        found = []
        for entry in self.logs("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                address = message["params"]["request"]["url"]
                if not address.startswith(("data:", "blob:")):
                    found.append(address)
        return found

    # What it looks like

    def size(self, width, height=900, scale=1):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                     mobile=False)

    def look(self, scheme="light", media=""):
        self.command("Emulation.setEmulatedMedia", media=media,
                     features=[{"name": "prefers-color-scheme", "value": scheme}])

    def scripts(self, enabled):
        self.command("Emulation.setScriptExecutionDisabled", value=not enabled)

    def picture(self, path, clip=None):
        parameters = {"format": "png", "captureBeyondViewport": True}
        if clip:
            parameters["clip"] = {**clip, "scale": 1}
        data = base64.b64decode(self.command("Page.captureScreenshot", **parameters)["data"])
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    def pdf(self):
        return base64.b64decode(self.command("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"])
