"""llama.cpp and the voice detection each bring a libggml of their own; one process can hold only one of them.

In the house they live in different processes. The tests that load llama.cpp into their own process therefore
run in a second pytest, which scripts/check starts with HEARTH_TEST_LLAMA=1.
"""

import os

LLAMA = ["test_llm_llama_cpp.py", "test_converse_llama_cpp.py", "test_llm_grammar.py"]
collect_ignore = [] if os.environ.get("HEARTH_TEST_LLAMA") else LLAMA
