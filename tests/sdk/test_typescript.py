"""The TypeScript SDK, packed, installed and tried by node's own test runner (`typescript/*.test.ts`)."""

import os
import shutil
from pathlib import Path

from studio_client.reference import samples
from tests.sdk import newcomers
from tests.sdk.conftest import Account, Followed
from tests.sdk.road import Road

TESTS = Path(__file__).with_name("typescript")


def test_it_does_what_its_tests_say(
    account: Account, poor: Account, bad_road: Road, pictures: samples.Samples, typescript: Followed
) -> None:
    folder = typescript.folder / "tests"
    shutil.copytree(TESTS, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "made").mkdir()
    # The page's program too: what runs as JavaScript may not be right as TypeScript.
    shutil.copy(typescript.folder / "swap.mjs", folder / "page.mts")
    newcomers.compile_typescript(*folder.glob("*.ts"), folder / "page.mts")
    told = {
        "GATEWAY_URL": account.url,
        "GATEWAY_API_KEY": account.api_key,
        "POOR_API_KEY": poor.api_key,
        "SIGNING_SECRET": account.signing_secret,
        "ROAD_URL": bad_road.url,
        "SUBJECT": str(pictures.subject),
        "NO_SUBJECT": str(pictures.no_subject),
        "FOLDER": str(folder / "made"),
    }
    said = newcomers.run(["node", "--test", *folder.glob("*.test.js")], folder, {**os.environ, **told})
    assert "# fail 0" in said or "fail 0" in said


def test_the_package_is_complete(typescript: Followed) -> None:
    modules = typescript.folder / "node_modules"
    installed = modules / "image-workflow-gateway"
    assert [path for path in modules.iterdir() if not path.name.startswith(".")] == [installed]
    found = {path.name for path in installed.iterdir()}
    assert found == {"LICENSE", "README.md", "dist", "package.json", "src"}
    assert (installed / "dist" / "index.d.ts").exists()
