"""What a TTS engine may be given, whatever the text."""

LONGEST_TEXT = 4_000
"""Characters: about five minutes of speech."""


def sayable(text: str) -> str:
    """Without control characters and phoneme brackets, cut at 4,000 characters; empty: nothing to say."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST_TEXT])
    # espeak-ng and Piper read what is in doubled brackets as phonemes.
    plain = shown.replace("[[", "[").replace("]]", "]").strip()
    return plain if any(sign.isalnum() for sign in plain) else ""
