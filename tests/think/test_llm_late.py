"""A call that is called off may end what it is at."""

from assistant.think.llm.llm_late import late


def test_it_is_told_so_much_later_and_stays_told() -> None:
    now_s, off = 5.0, False
    told = late(lambda: off, 0.7, lambda: now_s)
    assert not told()
    off = True
    assert not told()
    now_s = 5.6
    assert not told()
    now_s = 5.7
    assert told()
    off = False
    assert told()


def test_without_a_while_it_is_told_at_once() -> None:
    assert late(lambda: True, 0.0)()
    assert not late(lambda: False, 0.0)()
