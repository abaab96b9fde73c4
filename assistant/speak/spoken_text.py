"""Text → words a voice can say."""


def spoken_text(text: str, language: str = "en") -> str:
    return text
