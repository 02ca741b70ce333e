"""The HTML report, opened in a real Chromium that is offline."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from groupmigrate.planning.action import Act
from groupmigrate.report.endings import verify_summary
from groupmigrate.report.html import write_html
from groupmigrate.report.listing import MOST
from groupmigrate.report.page import verify_page
from groupmigrate.running.verify import Difference, Verdict, Verification
from support.report_plans import HOSTILE, action, made, page_of

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE, DESK = {"width": 390, "height": 800}, {"width": 1200, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser of this machine. CI must have one: a skip there would hide that nothing was opened."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        stop = pytest.fail if os.environ.get("CI") else pytest.skip
        stop("no Chromium on this machine; Debian has it as `apt-get install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a small plan with hostile names."""
    folder = tmp_path_factory.mktemp("report")
    with made(folder) as plan:
        write_html(page_of(plan, warnings=["look <b>here</b>"]), folder / "plan.html")
    return folder / "plan.html"


class Opened:
    """A page in the browser, with everything that it complained about or asked for."""

    def __init__(self, browser: Browser, path: Path, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def shown(self) -> list[str]:
        """The e-mails of the customers who are visible."""
        return self.page.locator(".people tbody tr:visible th").all_inner_texts()


def violations(opened: Opened) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with the page, and where."""
    opened.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = opened.page.evaluate("axe.run()")
    assert {"color-contrast", "label", "region"} <= {one["id"] for one in found["passes"]}
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


def test_the_page_loads_without_complaints_and_asks_for_nothing(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report) as opened:
        assert opened.page.title() == "Migration plan: move"
        assert opened.requests == [report.as_uri()]
        assert opened.complaints == []
        expect(
            opened.page.get_by_text("7 read = 3 create + 1 change + 1 same + 1 skip + 1 blocked")
        ).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_passes_axe_and_fits_its_screen(
    chromium: Browser, report: Path, size: dict[str, int], scheme: str
) -> None:
    with Opened(chromium, report, viewport=size, color_scheme=scheme) as opened:
        assert violations(opened) == []
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert opened.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_verification_passes_axe_in_every_colour_it_has(
    chromium: Browser, tmp_path: Path, scheme: str
) -> None:
    found = Verification(checked=5)
    verdicts: tuple[tuple[Verdict, str], ...] = (
        ("as wanted", ""),
        ("differs", "GM405"),
        ("missing", "GM407"),
        ("doubled", "GM406"),
        ("open", ""),
    )
    for number, (verdict, code) in enumerate(verdicts, start=1):
        found.verdicts[verdict] = found.groups["1", "7", verdict] = 1
        if code:
            found.sample.append(Difference(number, f"person{number}@example.com", verdict, code, "groups"))
    with made(tmp_path) as plan:
        page = verify_page(plan, verify_summary(plan, found, show_pii=False), show_pii=False)
    write_html(page, tmp_path / "verified.html")
    with Opened(chromium, tmp_path / "verified.html", color_scheme=scheme) as opened:
        assert violations(opened) == []
        assert opened.complaints == []
        assert opened.page.locator(".causes li").count() == 3
        assert len(opened.shown()) == 3


def test_a_large_plan_makes_a_page_that_a_phone_can_hold(chromium: Browser, tmp_path: Path) -> None:
    with made(tmp_path, [action(number, Act.CREATE, "GM201") for number in range(MOST + 1000)]) as plan:
        write_html(page_of(plan), tmp_path / "large.html")
    assert (tmp_path / "large.html").stat().st_size < 3_000_000
    with Opened(chromium, tmp_path / "large.html", viewport=PHONE) as opened:
        expect(opened.page.get_by_text("5,000 of 6,000 customers are listed")).to_be_visible()
        opened.page.get_by_label("Search").fill("5000 gm201")
        expect(opened.page.locator("#found")).to_have_text("1 of 5,000 listed customers match; 1 shown.")


def test_light_and_dark_follow_the_reader(chromium: Browser, report: Path) -> None:
    papers = []
    for scheme in ("light", "dark"):
        with Opened(chromium, report, color_scheme=scheme) as opened:
            papers.append(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers == ["rgb(255, 255, 255)", "rgb(15, 20, 25)"]


def test_the_list_is_narrowed_by_action_code_group_and_words(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report) as opened:
        page, found = opened.page, opened.page.locator("#found")
        expect(found).to_have_text("7 of 7 listed customers match; 7 shown.")
        page.get_by_label("Action").select_option("blocked")
        expect(found).to_have_text("1 of 7 listed customers match; 1 shown.")
        assert [text.split("\n")[-1] for text in opened.shown()] == ["id 6"]
        page.get_by_role("button", name="Clear").click()
        page.get_by_label("Code").select_option("GM201")
        expect(found).to_have_text("3 of 7 listed customers match; 3 shown.")
        page.locator("#group").select_option("Wholesale")
        assert [text.split("\n")[-1] for text in opened.shown()] == ["id 2"]
        page.get_by_label("Search").fill("nobody like that")
        expect(found).to_have_text("0 of 7 listed customers match; 0 shown.")
        assert opened.shown() == []


def test_a_reason_leads_to_its_customers(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report) as opened:
        cause = opened.page.locator(".causes li", has_text="GM302")
        expect(cause).to_contain_text("What to do:")
        cause.get_by_role("link").press("Enter")
        expect(opened.page.get_by_label("Code")).to_have_value("GM302")
        expect(opened.page.locator("#found")).to_have_text("1 of 7 listed customers match; 1 shown.")


def test_a_long_list_is_shown_by_the_hundred_and_goes_on_with_the_keyboard(
    chromium: Browser, tmp_path: Path
) -> None:
    with made(tmp_path, [action(number, Act.CREATE, "GM201") for number in range(230)]) as plan:
        write_html(page_of(plan), tmp_path / "long.html")
    with Opened(chromium, tmp_path / "long.html") as opened:
        more = opened.page.get_by_role("button", name="Show more")
        assert len(opened.shown()) == 100
        more.press("Enter")
        assert len(opened.shown()) == 200
        assert opened.page.evaluate("document.activeElement.textContent").strip().startswith("101")
        more.press("Enter")
        assert len(opened.shown()) == 230
        expect(more).to_be_hidden()


def test_a_hostile_name_stays_text(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report) as opened:
        assert opened.page.locator("img").count() == 0
        assert opened.page.locator("b").count() == 0
        assert opened.page.locator("tbody th", has_text=HOSTILE).count() == 1
        assert opened.complaints == []


def test_without_its_script_the_page_shows_everybody(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report, java_script_enabled=False) as opened:
        assert len(opened.shown()) == 7
        expect(opened.page.locator("form")).to_be_hidden()


def test_on_paper_there_is_no_form_and_no_contents(chromium: Browser, report: Path) -> None:
    with Opened(chromium, report, color_scheme="dark") as opened:
        opened.page.emulate_media(media="print")
        for part in ("nav", "form", "#more", ".pick"):
            expect(opened.page.locator(part).first).to_be_hidden()
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_file_names_no_place_to_load_from_and_only_its_owner_can_read_it(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert re.findall(r'<[^>]*\s(?:src|href)="(?!#)', text) == []
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_e_mails_are_masked_unless_asked_for(report: Path, tmp_path: Path) -> None:
    assert "person1@example.com" not in report.read_text(encoding="utf-8")
    with made(tmp_path) as plan:
        write_html(page_of(plan, show_pii=True), tmp_path / "open.html")
    assert "person1@example.com" in (tmp_path / "open.html").read_text(encoding="utf-8")
