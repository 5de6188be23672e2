"""Makes the README's pictures of the report from sample_data: python3 scripts/screenshots.py SYNCLENS FOLDER."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "browser"))

from browser import Browser  # noqa: E402 (found by the path above)

# Name, width, height and theme.
PICTURES = (("report-light", 1280, 1000, False), ("report-dark", 1280, 1000, True), ("report-phone", 390, 1000, False))


def main():
    synclens, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, Browser() as browser:
        page = Path(temporary) / "report.html"
        subprocess.run([synclens, "report", ROOT / "sample_data", "--format", "html", "-o", page], check=True)
        for name, width, height, dark in PICTURES:
            browser.size(width, height, dark)
            browser.open(page)
            browser.picture(folder / f"{name}.png", whole=False)


main()
