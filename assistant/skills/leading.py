"""ToolCall → what its answer begins with, where it is sure to be done at once, without a question or a no."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from assistant.errors import AssistantError
from assistant.messages import ToolCall, Turn
from assistant.skills.policy import Policy, Verdict
from assistant.skills.skill import Leads, Tool, tools_of
from assistant.skills.toolbox import SkillToolbox


class Leading:
    """Asks the skills that know; nothing is done by asking."""

    def __init__(self, toolbox: SkillToolbox, skills: Sequence[object], policy: Policy) -> None:
        self._toolbox = toolbox
        self._policy = policy
        self._tools: Mapping[str, Tool] = {
            tool.spec.name: tool for skill in skills if isinstance(skill, Leads) for tool in tools_of(skill)
        }

    async def __call__(self, call: ToolCall, turn: Turn) -> str:
        """The subject of what will be told of it; empty where nobody knows."""
        tool = self._tools.get(call.name)
        if tool is None or not tool.spec.writes or not isinstance(tool.skill, Leads):
            return ""
        try:
            arguments = tool.checked(call.arguments)
            risk = await self._toolbox.risk(call, turn.room)
        except (ValidationError, AssistantError, TimeoutError):
            return ""  # the call itself meets it again, and tells it
        if risk is None or risk > turn.highest_risk:
            return ""
        if self._policy.verdict(risk, turn.room) is not Verdict.ALLOW:
            return ""
        return tool.skill.lead(call.name, arguments)
