"""The API door as OpenAI's own client sees it."""

import asyncio
import io
import subprocess
import wave
from pathlib import Path

import pytest

from tests import peers
from tests.satellites.test_openai_api import door, wav
from tests.voices import heard, say

pytestmark = pytest.mark.slow
CLIENT_S = 120
CLIENT = """
import sys
from openai import AuthenticationError, NotFoundError, OpenAI

url, key, said, spoken = sys.argv[1:]
client = OpenAI(base_url=url, api_key=key, max_retries=0)
print(sorted(model.id for model in client.models.list()))
asked = [{"role": "user", "content": "set a timer for ten minutes"}]
print(client.chat.completions.create(model="hearth", messages=asked).choices[0].message.content)
timely = [{"role": "user", "content": "what time is it"}]
stream = client.chat.completions.create(model="hearth", messages=timely, stream=True)
print(bool("".join(chunk.choices[0].delta.content or "" for chunk in stream)))
with open(said, "rb") as file:
    print(client.audio.transcriptions.create(model="whisper-1", file=file).text)
with client.audio.speech.with_streaming_response.create(
    model="tts-1", voice="alloy", input="Dinner is ready.", response_format="wav"
) as made:
    made.stream_to_file(spoken)
for refused, changes in ((AuthenticationError, {"api_key": "wrong"}), (NotFoundError, {})):
    try:
        client.with_options(**changes).chat.completions.create(model="gpt", messages=asked)
    except refused as error:
        print(error.code)
"""


async def test_every_call_of_the_client_works(tmp_path: Path) -> None:
    python = await asyncio.to_thread(peers.environment, "openai-client", "openai")
    said, spoken = tmp_path / "said.wav", tmp_path / "spoken.wav"
    said.write_bytes(wav(heard(say("turn on the kitchen light"), before=0.3, after=0.5)))
    async with door(tmp_path, ears=True) as at:
        url = f"http://127.0.0.1:{at.door.port}/v1"
        command = [str(python), "-c", CLIENT, url, at.door.key, str(said), str(spoken)]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, timeout=CLIENT_S, check=False
        )
    assert done.stdout.splitlines() == [
        "['hearth', 'hearth/kitchen', 'hearth/living room']",
        "Ten minute timer, set.",
        "True",
        "turn on the kitchen light",
        "invalid_api_key",
        "model_not_found",
    ], done.stderr
    with wave.open(io.BytesIO(spoken.read_bytes())) as sound:
        assert sound.getnframes() > sound.getframerate() / 2
