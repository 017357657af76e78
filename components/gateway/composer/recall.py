"""Answers from the conversation itself: what was said before, by quoting it, and what a tool returned."""

from __future__ import annotations

import json
import re
from itertools import islice

from components.gateway.composer.brief import Brief, Work
from components.gateway.composer.numbers import number_sections
from components.gateway.composer.prose import key_terms, plural, quoted
from components.gateway.composer.tables import bullets, fence, numbered, table
from components.gateway.composer.voice import Voice
from components.gateway.conversation import Call, Turn

_EARLIER = re.compile(
    r"\b(?:what|which|how)\b.*\b(?:did|have|was|were)\b.*\b(?:i|you|we|my|your|our)\b.*\b(?:say|said|ask|asked|tell|told|mention|"
    r"mentioned|question|message|answer|prompt|write|wrote|discuss|discussed|first|last|previous|earlier|before)\b|"
    r"\b(?:previous|earlier|last|first) (?:question|message|answer|reply|turn)\b|\brepeat\b|\bremember\b|\bso far\b",
    re.IGNORECASE | re.DOTALL,
)
_ASKED_FACT = re.compile(r"\bwhat(?:'s|’s| is| was| are)\s+my\s+([a-z][\w -]*?)\s*\??\s*$", re.IGNORECASE)
_FIRST = re.compile(r"\bfirst\b", re.IGNORECASE)
_YOURS = re.compile(
    r"\b(?:you|your)\b.*\b(?:say|said|answer|answered|tell|told|reply|replied|wrote|write)\b", re.IGNORECASE
)


_GO_ON = re.compile(r"\b(?:go on|continue)\b.*\b(?:where|from)\b", re.IGNORECASE)


def go_on(brief: Brief, voice: Voice) -> Work | None:
    """Goes on with an answer that was cut. How it would have gone is not known any more: with facts, then."""
    if not brief.earlier_answers or not _GO_ON.search(brief.prompt):
        return None
    end = " ".join(brief.earlier_answers[-1].split()[-6:])
    plan = f"My last answer breaks off after {quoted(end)}. I go on behind that, without a new beginning."
    seam = " … (cut here: the simulator does not keep what it would have said, and goes on with facts about numbers.)"
    return Work("recall", (plan,), (seam, *islice(number_sections(voice), 4)))


def recall_conversation(brief: Brief, voice: Voice) -> Work | None:
    """Answers a question about earlier turns by quoting them."""
    questions = brief.earlier_questions
    if match := _ASKED_FACT.search(brief.prompt):
        return _stated_fact(match.group(1), questions, voice)
    if not questions or not _EARLIER.search(brief.prompt):
        return None
    mine = bool(_YOURS.search(brief.prompt)) and bool(brief.earlier_answers)
    said = brief.earlier_answers if mine else questions
    chosen = said[0] if _FIRST.search(brief.prompt) else said[-1]
    who = "I answered" if mine else "you wrote"
    which = "first" if _FIRST.search(brief.prompt) else "last"
    return Work(
        "recall",
        (
            f"This is about the conversation itself. It holds {plural(len(questions), 'earlier message')} from "
            f"the user and "
            f"{plural(len(brief.earlier_answers), 'answer')} of mine.",
            f"The {which} one counts: {quoted(chosen, 120)}.",
        ),
        (
            "## " + voice.say("‹From the conversation¦What was said before¦Looking back›"),
            voice.say(f"‹{which.capitalize()}¦In the {which} turn›, {who}:"),
            "> " + " ".join(chosen.split())[:600],
            "So far, your messages were:",
            numbered(quoted(question, 100) for question in questions),
            f"That is {plural(sum(len(question.split()) for question in questions), 'word')} from you in "
            f"{plural(len(questions), 'turn')}; the whole history was sent again with this request "
            f"({brief.prompt_tokens:,} tokens, {brief.cached_tokens:,} of them from the cache).",
        ),
    )


def _stated_fact(what: str, questions: list[str], voice: Voice) -> Work:
    pattern = re.compile(rf"\bmy\s+{re.escape(what)}\s+(?:is|was|are)\s+([^.!?\n]+)", re.IGNORECASE)
    for turn in range(len(questions), 0, -1):
        if match := pattern.search(questions[turn - 1]):
            value = match.group(1).strip()
            return Work(
                "recall",
                (
                    f"“my {what}” is asked for. I look through the earlier messages from the latest back: "
                    f"message {turn} says {value!r}.",
                ),
                (
                    f"## Your {what}: {value}",
                    voice.say(f"‹You told me in message {turn}¦It stands in your message {turn}›:"),
                    "> " + " ".join(questions[turn - 1].split())[:400],
                ),
            )
    return Work(
        "recall",
        (f"“my {what}” is asked for, but none of {plural(len(questions), 'earlier message')} says “my {what} is …”.",),
        ("## Not said yet", f"No earlier message says what your {what} is. Write “my {what} is …” and ask again."),
    )


def plan_tool_calls(brief: Brief, calls: tuple[Call, ...], voice: Voice) -> Work:
    """The thinking before tool calls: why these tools, and where each argument comes from."""
    plan = [thought for call in calls for thought in _one_call(brief, call, voice)]
    if len(calls) == 1:
        plan.append(voice.say("‹I call it and wait for the result¦The rest depends on its result, so I call it now›."))
    else:
        plan.append(
            voice.say(
                f"None of the {len(calls)} calls needs the result of another, so "
                "‹I make them all at once¦they go out together›."
            )
        )
    return Work("tool call", tuple(plan), ())


def _one_call(brief: Brief, call: Call, voice: Voice) -> list[str]:
    tool = next(tool for tool in brief.request.tools if tool.name == call.name)
    arguments = json.loads(call.arguments)
    plan = [
        voice.say(
            f"‹I have {plural(len(brief.request.tools), 'tool')}¦On offer: "
            f"{plural(len(brief.request.tools), 'tool')}›: "
            f"{', '.join(offered.name for offered in brief.request.tools[:8])}. ‹The one that fits is¦The words "
            f"point to› "
            f"`{call.name}`" + (f", {quoted(tool.description, 80)}." if tool.description else ".")
        )
    ]
    for name, value in arguments.items() if isinstance(arguments, dict) else ():
        shown = json.dumps(value, ensure_ascii=False)
        stated = str(value).lower() in brief.prompt.lower()
        origin = "‹it stands in the prompt¦the user says so›" if stated else "‹from its schema¦nothing better is given›"
        plan.append(voice.say(f"For `{name}` I take {shown}: {origin}."))
    return plan


def report_tool_results(brief: Brief, voice: Voice) -> Work | None:
    """Answers from tool results, when the conversation ends with them."""
    turns = brief.request.turns
    results: list[Turn] = []
    for turn in reversed(turns):
        if turn.role != "tool":
            break
        results.insert(0, turn)
    if not results:
        return None
    names = {call.id: call for turn in turns for call in turn.calls}
    plan, blocks = [], ["## " + voice.say("‹What the tools returned¦From the tool results¦With the results in hand›")]
    for turn in results:
        call = names.get(turn.answers_call or "")
        name = call.name if call else "the tool"
        plan.append(
            f"The result of `{name}` is here: {quoted(turn.text, 100)}. "
            + (f"I had called it with {call.arguments}." if call else "It answers no call that I can find.")
        )
        blocks += _one_result(name, turn.text, voice)
    blocks.append(
        voice.say(
            f"‹That answers¦This goes back to¦With that,› your question {quoted(brief.prompt, 80)}‹.¦, as far "
            f"as the data go.›"
        )
    )
    return Work("tool result", tuple(plan), tuple(blocks))


def _one_result(name: str, content: str, voice: Voice) -> list[str]:
    try:
        data = json.loads(content)
    except ValueError:
        data = None
    if isinstance(data, dict) and data:
        rows = [(f"`{key}`", json.dumps(value, ensure_ascii=False)[:120]) for key, value in data.items()]
        first, value = next(iter(data.items()))
        lead = f"`{name}` ‹returned¦came back with¦answered› {plural(len(rows), 'field')}; **{first}** is **{value}**."
        return [voice.say(lead), table(("Field", "Value"), rows)]
    if isinstance(data, list) and data:
        items = [json.dumps(item, ensure_ascii=False)[:160] for item in data[:20]]
        return [voice.say(f"`{name}` ‹returned¦gave› {plural(len(data), 'item')}:"), bullets(items)]
    terms = ", ".join(f"*{term}*" for term, _ in key_terms(content)[:4])
    return [
        voice.say(f"`{name}` ‹returned¦answered›" + (f", with the key words {terms}:" if terms else ":")),
        fence(content[:2000], "text") if "\n" in content else f"> {content[:1000]}",
    ]
