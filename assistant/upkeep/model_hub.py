"""What a model hub tells of a repository: its commit, its files, their sizes and digests. Metadata only."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from assistant.errors import AssistantError, WireError
from assistant.messages import JsonValue
from assistant.strict_json import read_json

HUB: Final = "https://huggingface.co"
LARGEST_ANSWER: Final = 8_000_000
LARGEST_SMALL_FILE: Final = 32_000_000
"""A file that the hub has no SHA-256 of is read whole to make one; weights always have one."""
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SOURCE: Final = re.compile(
    r"(?:https?://[^/]+/)?(?P<repository>[\w.-]+/[\w.-]+?)"
    r"(?:/(?:resolve|blob|raw)/(?P<revision>[\w.-]+))?(?:/(?P<file>[\w./-]+))?(?:@(?P<at>[\w./-]+))?"
)


def hub_address(named: str | None = None) -> str:
    """The hub: named, by $HEARTH_HUB, or the usual one."""
    return (named or os.environ.get("HEARTH_HUB") or HUB).rstrip("/")


@dataclass(frozen=True, slots=True)
class HubSource:
    """`org/name`, `org/name/file`, either with `@revision`, or the address of a file on the hub's site."""

    repository: str
    file: str | None
    revision: str
    """A branch, a tag or a commit."""

    @classmethod
    def of(cls, text: str) -> "HubSource | None":
        """None: it cannot be one."""
        found = _SOURCE.fullmatch(text)
        if found is None or ".." in text:
            return None
        revision = found["at"] or found["revision"] or "main"
        return cls(found["repository"], found["file"], revision)


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file of a repository at one commit."""

    name: str
    size: int
    sha256: str | None
    """Only of large files."""
    blob: str | None
    """git's own digest of a small one."""


@dataclass(frozen=True, slots=True)
class HubRepository:
    """A repository at one commit."""

    name: str
    commit: str
    files: Mapping[str, HubFile]
    licence: str | None


class Hub:
    """Asks one hub."""

    def __init__(self, http: httpx.Client, address: str) -> None:
        self._http = http
        self.address = address

    def repository(self, name: str, revision: str) -> HubRepository:
        """What it has there; a branch is resolved to its commit. AssistantError says what to do."""
        url = f"{self.address}/api/models/{name}/revision/{quote(revision, safe='')}?blobs=true"
        try:
            said = read_json(self._got(url, LARGEST_ANSWER))
            commit, files = _commit(said["sha"]), [_file(each) for each in _listed(said["siblings"])]
        except (WireError, KeyError, TypeError, ValueError) as error:
            raise AssistantError(f"{url}: the hub's answer is not understood ({error}); try later") from error
        card = said.get("cardData")
        licence = card.get("license") if isinstance(card, dict) else None
        return HubRepository(
            name, commit, {file.name: file for file in files}, licence if isinstance(licence, str) else None
        )

    def sha256(self, repository: HubRepository, name: str) -> str:
        """The digest of a file: the hub's word for a large one; a small one is read and hashed here."""
        file = repository.files[name]
        return file.sha256 or hashlib.sha256(self.small(repository, name)).hexdigest()

    def small(self, repository: HubRepository, name: str) -> bytes:
        """A small file whole; AssistantError where it is not the one of that commit."""
        file = repository.files[name]
        if file.size > LARGEST_SMALL_FILE:
            raise AssistantError(f"{repository.name}: {name} is large, and the hub tells no SHA-256 of it")
        content = self._got(self.url(repository.name, repository.commit, name), LARGEST_SMALL_FILE)
        as_git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        if len(content) != file.size or (file.blob is not None and as_git != file.blob):
            raise AssistantError(
                f"{repository.name}: {name} is not that of commit {repository.commit[:12]}; try again later"
            )
        return content

    def url(self, repository: str, commit: str, name: str) -> str:
        """Where a file is fetched from."""
        return f"{self.address}/{repository}/resolve/{commit}/{name}"

    def _got(self, url: str, most: int) -> bytes:
        try:
            with self._http.stream("GET", url, follow_redirects=True) as response:
                if response.status_code != httpx.codes.OK:
                    raise AssistantError(f"{url}: the hub answered {response.status_code}: {_why(response)}")
                content = bytearray()
                for piece in response.iter_bytes():
                    content += piece
                    if len(content) > most:
                        raise AssistantError(f"{url}: the answer is larger than {most // 10**6} MB")
        except httpx.HTTPError as error:
            raise AssistantError(f"{url}: no answer ({error}); check the network and try again") from error
        return bytes(content)


def _why(response: httpx.Response) -> str:
    if response.status_code in (401, 403):
        return "it is only given to people who are signed in, or there is no such repository"
    if response.status_code == httpx.codes.NOT_FOUND:
        return "there is no such repository or revision; check the name"
    return "try again later"


def _commit(said: JsonValue) -> str:
    if not isinstance(said, str) or not _COMMIT.fullmatch(said):
        raise WireError("it names no commit")
    return said


def _listed(said: JsonValue) -> list[JsonValue]:
    if not isinstance(said, list):
        raise WireError("it lists no files")
    return said


def _file(said: Any) -> HubFile:
    if not isinstance(said, dict):
        raise TypeError("a file is a mapping")
    lfs = said.get("lfs")
    sha256 = lfs.get("sha256") if isinstance(lfs, dict) else None
    if sha256 is not None and not _SHA256.fullmatch(str(sha256)):
        raise ValueError("a digest is no SHA-256")
    size = (lfs.get("size") if isinstance(lfs, dict) else None) or said.get("size")
    blob = said.get("blobId")
    return HubFile(str(said["rfilename"]), int(size or 0), sha256, None if lfs or not blob else str(blob))
