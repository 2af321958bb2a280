"""The docs page as it is served; tests/browser looks at it with a browser."""

import re

from tests.world import Answer, Api


def page() -> Answer:
    answer = Api().get("/v1/docs")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/html")
    return answer


def body(answer: Answer) -> str:
    """What was sent; static files come in a stream."""
    content = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return content.decode("utf-8", "replace")


def test_names_no_other_host() -> None:
    html = body(page())
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html) == []
    assert "//" not in re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


def test_everything_it_names_is_there() -> None:
    html = body(page())
    named = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert len(named) >= 5
    for path in named:
        answer = Api().get(path.replace("&amp;", "&"))
        assert answer.status_code == 200, path
        assert body(answer), path


def test_its_policy_allows_what_it_needs_and_no_more() -> None:
    answer = page()
    policy = dict(
        directive.strip().split(" ", 1) for directive in answer["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert re.findall(r"<script(?![^>]*\bsrc=)", body(answer)) == []


def test_its_script_cannot_be_written_by_a_link() -> None:
    script = body(Api().get("/v1/docs?script=&lang=%22%7D);alert(1)//%3C/script%3E"))
    assert '"});alert' not in script
    assert "</script>" not in script
