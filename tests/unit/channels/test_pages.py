"""The built page is served packed and cached by name; until it is built there is the typed chat."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from channels.web.pages import router

pytestmark = pytest.mark.unit


def client(built: Path) -> TestClient:
    app = FastAPI()
    app.include_router(router(built))
    return TestClient(app)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>安伴</title>" * 50, encoding="utf-8")
    (tmp_path / "assets" / "index-1a2b.js").write_text("let a = 1;" * 100, encoding="utf-8")
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")
    return tmp_path


def test_until_it_is_built_the_typed_chat_stands_in_its_place(tmp_path: Path) -> None:
    page = client(tmp_path / "nothing").get("/").text
    assert "紧急求助" in page
    assert "https://" not in page
    assert "http://" not in page


def test_the_typed_chat_stays_where_it_can_be_found(built: Path) -> None:
    assert "<textarea" in client(built).get("/chat").text


def test_parts_are_packed_and_kept_for_ever_the_page_itself_is_asked_for(built: Path) -> None:
    part = client(built).get("/assets/index-1a2b.js")
    assert part.headers["content-encoding"] == "gzip"
    assert part.text.startswith("let a = 1;")
    assert "immutable" in part.headers["cache-control"]
    page = client(built).get("/")
    assert page.headers["cache-control"] == "no-cache"
    again = client(built).get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_whoever_cannot_unpack_gets_it_whole(built: Path) -> None:
    part = client(built).get("/assets/index-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in part.headers


def test_no_script_from_elsewhere_may_run(built: Path) -> None:
    policy = client(built).get("/").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/assets/missing.js", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt"]
)
def test_what_is_not_part_of_the_page_is_not_served(built: Path, path: str) -> None:
    assert client(built).get(path).status_code == 404
