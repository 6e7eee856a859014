"""One window of QtWebKit, for the system's own Python: reads orders as lines of JSON, and answers each with one.

`/usr/bin/python3 qtwebkit.py [noscripts]` with Debian's python3-pyqt5.qtwebkit. It knows nothing of this project.
"""

import json
import sys

from PyQt5.QtCore import QEventLoop, QSize, QTimer, QUrl
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWebKit import QWebSettings
from PyQt5.QtWebKitWidgets import QWebPage
from PyQt5.QtWidgets import QApplication

SMALL = QSize(240, 320)
errors: list[str] = []


class Page(QWebPage):
    def javaScriptConsoleMessage(self, message: str, line: int, source: str) -> None:
        errors.append(f"{source}:{line} {message}")


def spin(milliseconds: int, until: object = None) -> None:
    """Nothing happens in the window but here."""
    loop = QEventLoop()
    if until is not None:
        until.connect(loop.quit)
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec_()


def obey(page: Page, order: dict[str, str]) -> object:
    frame = page.mainFrame()
    if order["do"] == "goto":
        frame.load(QUrl(order["address"]))
        spin(60_000, page.loadFinished)
    elif order["do"] == "evaluate":
        said = frame.evaluateJavaScript(f"JSON.stringify({order['expression']})")
        spin(30)
        return None if said is None else json.loads(said)
    elif order["do"] == "picture":
        page.setViewportSize(frame.contentsSize().expandedTo(SMALL))
        picture = QImage(page.viewportSize(), QImage.Format_RGB32)
        painter = QPainter(picture)
        frame.render(painter)
        painter.end()
        picture.save(order["file"])
        page.setViewportSize(SMALL)
    elif order["do"] == "errors":
        return errors
    return None


application = QApplication(["qtwebkit"])
window = Page()
window.setViewportSize(SMALL)
window.settings().setAttribute(QWebSettings.JavascriptEnabled, "noscripts" not in sys.argv)
window.settings().setAttribute(QWebSettings.AutoLoadImages, "noimages" not in sys.argv)
for line in sys.stdin:
    print(json.dumps(obey(window, json.loads(line))), flush=True)  # noqa: T201
