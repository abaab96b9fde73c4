"""llama.cpp on the box: built piece by piece, beside everything else, and taken into the running house."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import uv

from assistant.catalogue import load_catalogue
from assistant.house import late
from assistant.house.build import Opening, open_house
from assistant.house.kit import Chosen, kit_of
from assistant.house.late import without_late
from assistant.journal import Journal
from assistant.messages import JsonValue
from assistant.settings import Settings
from assistant.think.llm import llama_site
from assistant.upkeep import llama_build, llama_status
from assistant.upkeep.build_state import (
    AlreadyBuilding,
    BuildState,
    is_building,
    only_builder,
    read_state,
    write_state,
)
from assistant.upkeep.llama_build import BuildFailed, Recipe, build
from assistant.upkeep.lowly import jobs_for

FILES = 6
BACKEND = '''
import os, pathlib, sys, time, zipfile

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder) / "tiny-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    return info.name

def build_wheel(folder, config_settings=None, metadata_directory=None):
    """Compile: a file a step into the compiler's folder; wait for ever behind the gate."""
    work = pathlib.Path(config_settings["build-dir"])
    work.mkdir(exist_ok=True)
    plan = "".join(f"build {n}.o: c {n}.c\\n" for n in range(FILES))
    (work / "build.ninja").write_text(plan)
    with (work.parent / "steps").open("a") as steps:
        steps.write(f"jobs {os.environ['CMAKE_BUILD_PARALLEL_LEVEL']}, nice {os.nice(0)}\\n")
        for n in range(FILES):
            made = work / f"{n}.o"
            if made.exists():
                continue
            while n == int(os.environ["GATE"]) and not (work.parent / "open").exists():
                time.sleep(0.02)
            made.write_text("")
            steps.write(f"{n}\\n")
            steps.flush()
    if "BROKEN" in os.environ:
        sys.exit("no such header")
    name = "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("tiny/__init__.py", "answer = 42\\n")
        info = "tiny-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
'''
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1.0"
"""
PLENTY = 64_000


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """A tiny package already fetched, with the tools it needs: none but Python."""
    monkeypatch.setattr(llama_build, "LOOK_S", 0.05)
    monkeypatch.setattr(llama_build, "WAIT_S", 0.01)
    folder = tmp_path / "build"
    tiny = tmp_path / "tiny-1.0"
    tiny.mkdir()
    (tiny / "pyproject.toml").write_text(PROJECT)
    (tiny / "backend.py").write_text(f"FILES = {FILES}\n{BACKEND}")
    (folder / "source").mkdir(parents=True)
    with tarfile.open(folder / "source" / "tiny-1.0.tar.gz", "w:gz") as archive:
        archive.add(tiny, "tiny-1.0")
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "beside.txt").write_text("")
    command = [uv.find_uv_bin(), "venv", "-q", "--python", sys.executable, str(folder / "tools")]
    subprocess.run(command, check=True)
    return Recipe(lists, folder, "tiny", needs=(), environment={"GATE": "-1", "UV_OFFLINE": "1"})


def with_environment(recipe: Recipe, **more: str) -> Recipe:
    return Recipe(recipe.lists, recipe.folder, "tiny", needs=(), environment={**recipe.environment, **more})


def steps(recipe: Recipe) -> list[str]:
    return (recipe.folder / "steps").read_text().split("\n")[:-1]


def test_what_is_built_can_be_imported_and_its_wheel_is_kept(recipe: Recipe) -> None:
    told: list[BuildState] = []
    build(recipe, told.append, lambda: PLENTY)
    assert [state.stage for state in told][-2:] == ["installing", "ready"]
    script = f"import sys; sys.path.append({str(recipe.folder / 'site')!r}); import tiny; print(tiny.answer)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "42\n"
    assert (recipe.folder / "wheels" / "tiny-1.0-py3-none-any.whl").is_file()
    assert not (recipe.folder / "compile").exists()
    shutil.rmtree(recipe.folder / "site")
    build(recipe, told.append, lambda: PLENTY)  # from the wheel: nothing is left to compile
    assert (recipe.folder / "site" / "tiny").is_dir()


def test_it_yields_to_everything_else(recipe: Recipe) -> None:
    build(recipe, lambda state: None, lambda: PLENTY)
    assert steps(recipe)[0] == f"jobs {min(os.cpu_count() or 1, jobs_for(999, PLENTY))}, nice 19"


def test_without_memory_it_gives_way_and_goes_on_where_it_was(recipe: Recipe) -> None:
    gated = with_environment(recipe, GATE="3")
    looks, told = list[int](), list[BuildState]()

    def free_mb() -> int:
        """Plenty, until three compiled files are told; then nothing, once; then enough for one compiler."""
        if not any(state.stage == "compiling" and state.done == 3 for state in told):
            return PLENTY
        looks.append(1)
        (recipe.folder / "open").touch()
        return (50, 1000, 1600)[min(len(looks), 3) - 1]

    build(gated, told.append, free_mb)
    assert [step for step in steps(recipe) if step.isdigit()] == [str(n) for n in range(FILES)]
    assert [step for step in steps(recipe) if step.startswith("jobs")][-1].startswith("jobs 1,")
    waiting = next(state for state in told if state.stage == "waiting")
    assert (waiting.done, waiting.of) == (3, FILES)
    assert "memory" in waiting.told


def test_a_killed_build_goes_on_where_it_was(recipe: Recipe, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from assistant.upkeep.llama_build import Recipe, build;"
        f"build(Recipe(Path({str(recipe.lists)!r}), Path({str(recipe.folder)!r}), 'tiny', needs=(),"
        "environment={'GATE': '3', 'UV_OFFLINE': '1'}), lambda state: None, lambda: 64000)"
    )
    with subprocess.Popen([sys.executable, "-c", script], start_new_session=True) as builder:
        while not (recipe.folder / "compile" / "2.o").exists():
            assert builder.poll() is None
        assert is_building(recipe.folder)
        with pytest.raises(AlreadyBuilding):
            build(recipe, lambda state: None, lambda: PLENTY)
        builder.kill()
    (recipe.folder / "open").touch()
    build(recipe, lambda state: None, lambda: PLENTY)
    assert {step for step in steps(recipe) if step.isdigit()} == {str(n) for n in range(FILES)}
    assert read_state(recipe.folder).stage == "ready"


def test_what_does_not_compile_is_told_with_the_log(recipe: Recipe) -> None:
    with pytest.raises(BuildFailed, match=r"log\.txt says why"):
        build(with_environment(recipe, BROKEN="1"), lambda state: None, lambda: PLENTY)
    assert read_state(recipe.folder).stage == "failed"
    assert "no such header" in (recipe.folder / "log.txt").read_text()


def test_a_missing_compiler_names_its_package(recipe: Recipe) -> None:
    with pytest.raises(BuildFailed, match="sudo apt-get install g\\+\\+-nonsuch"):
        build(Recipe(recipe.lists, recipe.folder, "tiny", needs=("g++-nonsuch",)), lambda state: None)


@pytest.mark.slow
def test_a_package_of_another_digest_is_refused(recipe: Recipe, tmp_path: Path) -> None:
    """With the real registry's tools, and the tiny package from a folder."""
    package = next((recipe.folder / "source").glob("*"))
    moved = tmp_path / package.name
    package.rename(moved)
    (recipe.folder / "source").rmdir()
    shipped = Path(llama_build.__file__).parent / "llama" / "tools.txt"
    shutil.copy(shipped, recipe.lists)
    (recipe.lists / "package.txt").write_text(f"tiny @ {moved.as_uri()} --hash=sha256:{'0' * 64}\n")
    online = Recipe(recipe.lists, recipe.folder, "tiny", needs=(), environment={"GATE": "-1"})
    with pytest.raises(BuildFailed, match="HASHES"):
        build(online, lambda state: None, lambda: PLENTY)
    assert not (recipe.folder / "source").exists()
    digest = subprocess.check_output(["sha256sum", str(moved)], text=True).split()[0]
    (recipe.lists / "package.txt").write_text(f"tiny @ {moved.as_uri()} --hash=sha256:{digest}\n")
    build(online, lambda state: None, lambda: PLENTY)
    assert (recipe.folder / "site" / "tiny").is_dir()


@pytest.mark.parametrize(
    ("cores", "free_mb", "jobs"),
    [(4, 8000, 4), (4, 4000, 3), (4, 1600, 1), (4, 1499, 0), (2, 64_000, 2), (1, 900, 0)],
)
def test_jobs_go_by_cores_and_free_memory(cores: int, free_mb: int, jobs: int) -> None:
    assert jobs_for(cores, free_mb) == jobs


@pytest.mark.parametrize(
    ("machine", "flags", "name", "told"),
    [
        ("x86_64", "flags\t: sse4_2 avx avx2 fma f16c bmi2", "x86-64-v3", ""),
        ("x86_64", "flags\t: sse4_2 popcnt", "x86-64-v2", "-DGGML_AVX2=OFF"),
        ("aarch64", "Features\t: fp asimd crc32", "armv8", "armv8-a"),
        ("aarch64", "Features\t: fp asimd asimdhp asimddp", "armv8.2+fp16", "armv8.2-a+dotprod+fp16"),
        ("riscv64", "", "riscv64", ""),
    ],
)
def test_a_build_fits_every_box_of_the_kind(machine: str, flags: str, name: str, told: str) -> None:
    kind, cmake = llama_site.processor(machine, f"processor\t: 0\n{flags}\n")
    assert kind == name
    assert told in " ".join(cmake)


def test_the_version_built_is_the_locked_one() -> None:
    root = Path(__file__).resolve().parents[2]
    lists = root / "assistant" / "upkeep" / "llama"
    package = (lists / "package.txt").read_text()
    assert f"llama-cpp-python=={llama_site.VERSION} " in package
    assert f'"llama-cpp-python=={llama_site.VERSION}"' in (root / "pyproject.toml").read_text()
    digest = package.partition("sha256:")[2].split()[0]
    assert digest in (root / "uv.lock").read_text()


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """No llama.cpp on this box, until the function is called."""
    monkeypatch.setenv("HEARTH_DATA", str(tmp_path))
    monkeypatch.setattr(llama_site, "MODULE", "tiny_llama")
    return lambda: (llama_site.build_folder() / "site" / "tiny_llama").mkdir(parents=True)


def test_an_interrupted_build_is_told_as_such(absent: Callable[[], None]) -> None:
    folder = llama_site.build_folder()
    assert llama_status.status().stage == "none"
    with only_builder(folder):
        write_state(folder, "compiling", "", 3, 6)
        assert llama_status.status().line == "llama.cpp: compiling 50 % (3 of 6 files)"
    assert "go on with: assistant engines build" in llama_status.status().told
    absent()
    assert llama_status.status().stage == "ready"


async def test_the_model_goes_live_in_a_house_that_runs(
    absent: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scripted model stands in for what llama.cpp would load."""
    monkeypatch.setattr(late, "ENGINE", "scripted")
    said: list[str] = []
    journal = Journal(lambda: 0.0)
    answer: dict[str, JsonValue] = {"why is the sky blue": ["Because of the air."]}
    kit = replace(kit_of(Settings(), load_catalogue()), llm=Chosen("scripted", {"replies": answer}))
    async with open_house(Settings(), journal, Opening(kit=without_late(kit))) as house:
        with journal.reading(lambda entry: said.append(getattr(entry.happening, "text", ""))):
            await house.ask("why is the sky blue", None)
            assert any("house commands" in text for text in said)
            assert house.late is not None
            await house.late.join(kit)
            await house.ask("why is the sky blue", None)
            assert "Because of the air." in said
