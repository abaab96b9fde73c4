"""The words of the commands that keep the box well."""

from pathlib import Path

from assistant.cli_verb import Verbs, WordsParser, verb_of


def add_models(verbs: Verbs) -> None:
    """`models`."""
    verb = verb_of(
        verbs,
        "models",
        "fetch, check, add and remove models",
        "assistant models list",
        "assistant models pull whisper-base.en piper-en_US-kristin-medium",
        "assistant models verify",
        "assistant models add ~/qwen.gguf",
        "assistant models add bartowski/Qwen3-8B-GGUF/Qwen3-8B-Q4_K_M.gguf --id qwen3-8b",
        "assistant models convert futo-org/acft-whisper-base.en --tokenizer openai/whisper-base.en",
        more="\n\n  list    every model: ✓ on this box, its size, languages and licence (this is the default)"
        "\n  show    all that is known of one"
        "\n  pull    fetch; interrupted, it goes on where it stopped; a file that differs from the catalogue"
        "\n          by one bit is thrown away"
        "\n  verify  read every byte of what is here"
        "\n  remove  delete from this box"
        "\n  add     one of your own: a .gguf, a Piper voice (.onnx, .onnx.json), a Whisper folder, a wake"
        "\n          word (.tflite or .onnx, manifest); a path, or org/name[/file][@revision] of the hub"
        "\n  convert a Whisper in safetensors to what the wide ear loads; a folder, or org/name of the hub"
        "\n  lock    fill in the commits, sizes and digests that your models.yaml leaves out"
        "\n\nNobody vouches for a model of your own: its SHA-256 is shown, and counts from your yes on"
        "\n(trusted on first use). Where nobody can be asked, say so beforehand: --trust."
        "\n\nThis command alone talks to the model hub ($HEARTH_HUB; default https://huggingface.co).",
    )
    whats = ["list", "show", "pull", "verify", "remove", "add", "convert", "lock", "errand"]
    verb.add_argument("what", nargs="?", choices=whats, default="list", metavar=f"{{{','.join(whats[:-1])}}}")
    verb.add_argument("ids", nargs="*", metavar="ID", help="add and convert: a path, or org/name of the hub")
    verb.add_argument("--json", action="store_true", help="list and show: a line of JSON per model")
    _add_own(verb)


def _add_own(verb: WordsParser) -> None:
    own = verb.add_argument_group("models of your own (add, convert, lock)")
    own.add_argument("--id", metavar="NAME", help="what to call it (default: after its file)")
    own.add_argument("--kind", choices=["stt", "llm", "tts", "wake"], help="where its files do not tell")
    own.add_argument("--licence", metavar="TEXT", help="its licence, where you know it")
    own.add_argument(
        "--language", action="append", default=[], dest="languages", metavar="CODE", help="en, de, … or multi"
    )
    own.add_argument("--in-place", action="store_true", help="use the files where they lie; do not copy them")
    own.add_argument("--trust", action="store_true", help="you have compared the digests; ask nothing")
    own.add_argument(
        "--short-windows", action="store_true", help="Whisper weights tuned for cut windows (known of ACFT)"
    )
    own.add_argument("--tokenizer", metavar="SOURCE", help="convert: where to take what the weights lack")


def add_engines(verbs: Verbs) -> None:
    """`engines`."""
    verb = verb_of(
        verbs,
        "engines",
        "list every engine: ready, or why not; build llama.cpp for this box",
        "assistant engines --json",
        "assistant engines build",
        "assistant engines status",
        more="\n\n  list    every engine: ready, or why not and what mends it (this is the default);"
        "\n          those your settings have on other boxes are asked whether they answer, and how quickly"
        "\n  build   compile llama.cpp, which runs the language model: minutes on a PC, longer on a Pi."
        "\n          It yields to everything else, goes on where it was interrupted, and outlives updates."
        "\n          A hub that runs takes the language model in as soon as it is there."
        "\n  status  how far that is",
    )
    verb.add_argument("what", nargs="?", choices=["list", "build", "status"], default="list")
    verb.add_argument("--if-wanted", action="store_true", help="build only if the settings ask for it")
    verb.add_argument("--json", action="store_true", help="list and status: lines of JSON")


def add_doctor(verbs: Verbs) -> None:
    """`doctor`."""
    verb = verb_of(
        verbs,
        "doctor",
        "look at everything the house needs; each failure names what mends it",
        "assistant doctor",
        "assistant doctor --fix",
        "assistant doctor --no-sound --json",
        more="\n\nIt listens for a moment and plays a tone in every room, so the hub must not run meanwhile.",
    )
    verb.add_argument("--fix", action="store_true", help="mend what can be mended by itself")
    verb.add_argument("--no-sound", action="store_true", help="leave microphones and loudspeakers alone")
    verb.add_argument("--json", action="store_true", help="a line of JSON per check")


def add_setup(verbs: Verbs) -> None:
    """`setup`."""
    verb = verb_of(
        verbs,
        "setup",
        "a few questions, then settings and models that fit this box",
        "assistant setup",
        "assistant setup --yes",
        "assistant setup --answers answers.yaml --yes",
        more="\n\nEvery question has a default: just press Enter; “back” goes back. It can be run again at"
        "\nany time, keeps the comments in the settings, and goes on where it was interrupted. In the end"
        "\nit tries microphone and loudspeaker, fetches the models, and you talk to it for the first time."
        "\n\nAn answers file has a line per answer, all of them optional: language, country, time_zone,"
        "\ntime_format, units, emergency_number, wake_word, rooms, quiet_hours, microphone, speaker, level,"
        "\nvoice, home, home_token, remember, page, updates, update_index, update_key.",
    )
    verb.add_argument("--yes", action="store_true", help="ask nothing: take the defaults")
    verb.add_argument("--answers", type=Path, metavar="FILE", help="YAML with answers, key by key")
    verb.add_argument("--no-download", action="store_true", help="write the settings only")


def add_service(verbs: Verbs) -> None:
    """`install-service`."""
    verb = verb_of(
        verbs,
        "install-service",
        "have systemd start the house with the box and keep it running",
        "sudo assistant install-service",
        "assistant install-service --user",
        "sudo assistant install-service --satellite",
        "sudo assistant install-service --remove",
        settings=False,
        more="\n\nThe system service runs what hears and what runs models apart: the hub reaches only the"
        "\nhome's own network, each engine lives in a sandbox without any. The user service is for desktops."
        "\nA satellite starts once it is paired (sudo assistant satellite pair HUB CODE), and with the box.",
    )
    sort = verb.add_mutually_exclusive_group()
    sort.add_argument(
        "--system", action="store_const", dest="kind", const="system", help="for a box of its own"
    )
    sort.add_argument(
        "--user", action="store_const", dest="kind", const="user", help="for your desktop session"
    )
    verb.add_argument(
        "--satellite", action="store_true", help="this box is one room's microphone and loudspeaker, no more"
    )
    verb.add_argument("--root", type=Path, metavar="FOLDER", help="write below this folder, start nothing")
    verb.add_argument("--remove", action="store_true", help="stop it and take the units away")


def add_prove(verbs: Verbs) -> None:
    """`prove`."""
    verb_of(
        verbs,
        "prove",
        "show that nothing leaves the house: whole turns without a network, every call watched",
        "assistant prove",
        more="\n\nRuns typed and spoken turns with your own settings (but for Home Assistant) in a network"
        "\nwhere there is only this box. With strace installed it also shows that nothing tried to leave.",
    )


def add_backup(verbs: Verbs) -> None:
    """`backup`."""
    verb = verb_of(
        verbs,
        "backup",
        "settings and memory in one encrypted file, and back again",
        "assistant backup create",
        "assistant backup create /mnt/usb/house.hearth",
        "assistant backup restore /mnt/usb/house.hearth",
        more="\n\n  create   settings with their keys, timers, lists and notes; models are named, not copied"
        "\n  restore  a damaged file or a wrong passphrase changes nothing; what was here is kept beside it"
        "\n  list     what lies in the usual place (this is the default)"
        "\n  key      make the key that backups before updates are closed with; half of it is yours to keep",
    )
    verb.add_argument("what", nargs="?", choices=["create", "restore", "list", "key"], default="list")
    verb.add_argument("file", nargs="?", type=Path, metavar="FILE")
    verb.add_argument("--passphrase-file", type=Path, metavar="FILE", help="read it there; else it is asked")
    verb.add_argument("--key-file", type=Path, metavar="FILE", help="restore: the key of `backup key`")
