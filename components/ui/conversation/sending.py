"""Makes a run of what was prepared: the request of the next turn, sending it, and sending a turn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.api.wires.registry import WIRES
from components.api.wires.weight import estimate_request
from components.core.errors import MediaError, ParameterError
from components.core.parts import Message, TextPart
from components.core.request import RunRequest, Tool, ToolChoice
from components.core.texts import is_blank
from components.media.estimates import check_body
from components.params.choices import Choices
from components.runs.conversation import CONTINUE, Round, Turn, messages_before, reply_messages, user_message
from components.runs.run import Run
from components.tools.definitions import read_tools
from components.tools.examples import answer_call
from components.ui import resources
from components.ui.state import Session, ToolSettings, session

NOTHING_TO_SEND = "Not sent: the message contains no visible characters."


def next_request(state: Session, prompt: str) -> RunRequest:
    """The request that sending `prompt` now would make.

    Raises: ParameterError with one message per field that the card does not allow.
    """
    return _request(state, state.turns, user_message(state.tray, prompt))


def send(prompt: str) -> bool:
    """Starts a run for the prompt and what is attached; False, with the reason on the page, when it cannot be sent.

    What cannot be sent stays as it is, for the user to correct.
    """
    state = session()
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end; your text is kept."
        return False
    if arrivals := resources.readings().of(state.conversation.id, state.owner).arrivals:
        named = ", ".join(repr(arrival.name) for arrival in arrivals)
        state.problem = (
            f"Not all that is attached has been read: {named}. Send again when it is there; your text is kept."
        )
        return False
    if is_blank(prompt):
        state.problem = NOTHING_TO_SEND
        return False
    run = start_round(state, state.turns, user_message(state.tray, prompt))
    if run is None:
        return False
    state.turns.append(Turn(prompt, tuple(state.tray), [Round(run)]))
    state.notice = None
    state.tray.clear()
    state.refusals.clear()
    return True


def try_again(turn: Turn) -> None:
    """Sends a turn's latest round again, with today's settings, in place of the old one."""
    state = session()
    position = state.turns.index(turn)
    again = turn.rounds[-1]
    run: Run | None
    if turn.run.body is not None:
        run = _launch(state, turn.run.request, turn.run.body)
    else:
        run = start_round(state, state.turns[:position], turn.question, turn.rounds[:-1], going_on=again.continues)
    if run is not None:
        turn.rounds[-1] = Round(run, continues=again.continues)
        # Later turns followed an answer that is being replaced.
        del state.turns[position + 1 :]


def go_on(turn: Turn) -> None:
    """Asks the model to continue the turn's cut reply; the new text is joined to it.

    Later turns, which followed the cut reply, stay in the tree as another branch.
    """
    state = session()
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end, then continue the cut one."
        return
    position = state.turns.index(turn)
    run = start_round(state, state.turns[:position], turn.question, turn.rounds, going_on=True)
    if run is not None:
        turn.rounds.append(Round(run, continues=True))
        del state.turns[position + 1 :]


def send_body(run: Run, body: Mapping[str, Any]) -> bool:
    """Sends a body written by hand, in place of that of `run`, as a turn of its own; False when it cannot be now."""
    state = session()
    if state.live_turn is not None:
        state.problem = "A reply is still being written. Stop it, or wait for its end, then send the edited body."
        return False
    state.problem = None
    asked = run.request
    parameters = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in WIRES[asked.wire].parameters_in(body, asked.card).items()
    }
    request = replace(asked, parameters=parameters, stream=body.get("stream") is True)
    state.turns.append(Turn(asked.search_query, (), [Round(_launch(state, request, body))]))
    return True


def return_to_composer(turn: Turn) -> None:
    """Removes a turn, and puts its prompt and media back into the message box and the tray."""
    state = session()
    state.turns.remove(turn)
    state.draft = turn.prompt
    state.tray = [*turn.attachments, *state.tray]


def send_results(turn: Turn, results: Mapping[int, str]) -> None:
    """Sets the results of the turn's open calls and starts its next round."""
    state = session()
    turn.rounds[-1].results.update(results)
    position = state.turns.index(turn)
    run = start_round(state, state.turns[:position], turn.question, turn.rounds)
    if run is not None:
        turn.rounds.append(Round(run))


def answer_by_examples() -> bool:
    """Has the example tools answer the calls at the end of the conversation, and starts the next round.

    Only where the user has chosen so, each call is an example tool's, and the limit of rounds is not reached. Returns
    whether a new round began.
    """
    state = session()
    if not state.turns:
        return False
    turn = state.turns[-1]
    answers = answers_of_examples(turn.rounds, state.tools)
    if answers is None:
        return False
    before = len(turn.rounds)
    send_results(turn, answers)
    return len(turn.rounds) > before


def answers_of_examples(rounds: Sequence[Round], tools: ToolSettings) -> dict[int, str] | None:
    """The example tools' answers to the calls at the end of the rounds; None where they must not or cannot answer."""
    calls = rounds[-1].open_calls if rounds else {}
    if not tools.automatic or not calls or len(rounds) >= tools.most_rounds:
        return None
    found = {index: answer_call(call.name, call.arguments, tools.document) for index, call in calls.items()}
    answers = {index: answer for index, answer in found.items() if answer is not None}
    return answers if len(answers) == len(calls) else None


def start_round(
    state: Session,
    before: Sequence[Turn],
    question: Message | None,
    rounds: Sequence[Round] = (),
    *,
    going_on: bool = False,
) -> Run | None:
    """Starts a generation after the turns `before`; None, with the reason on the page, when it cannot be sent.

    `going_on`: it continues the reply of the last of the `rounds`, which was cut.
    """
    state.problem = None
    try:
        request = _request(state, before, question, rounds, going_on=going_on)
        check_body(estimate_request(request).body_bytes)
    except (ParameterError, MediaError) as error:
        state.problem = f"Not sent: {error}"
        return None
    return _launch(state, request)


def _launch(state: Session, request: RunRequest, body: Mapping[str, Any] | None = None) -> Run:
    run = resources.runner().start(request, resources.connection(), resources.history_writer().wake, body=body)
    resources.registry().add(run, state.owner)
    return run


def _request(
    state: Session,
    before: Sequence[Turn],
    question: Message | None,
    rounds: Sequence[Round] = (),
    *,
    going_on: bool = False,
) -> RunRequest:
    # A request of the user, not a reply left open at the end: only some hosts go on with one of those.
    more = (Message("user", (TextPart(CONTINUE),)),) if going_on else ()
    asked = () if question is None else (question,)
    messages = (*messages_before(before), *asked, *reply_messages(rounds), *more)
    return make_request(state.own, state.tools, messages, later=bool(rounds))


def make_request(
    choices: Choices, tools: ToolSettings, messages: tuple[Message, ...], *, later: bool = False
) -> RunRequest:
    """The request that continues a conversation with these settings; `later`: it is not the first round of its turn.

    Raises: ParameterError with one message per field that the card does not allow, or that the tools have wrong.
    """
    offered, choice = offered_tools(tools), tools.choice
    if offered and choice.mode == "named" and choice.name not in (tool.name for tool in offered):
        raise ParameterError({"tool_choice": f"The model must call {choice.name!r}, but no tool has that name."})
    if later:
        # The search was paid for with the first round; and a call that is forced again would never end.
        choices = choices.copy()
        choices.values.pop("web_search_linkup", None)
        choice = ToolChoice() if choice.mode in ("required", "named") else choice
    request = choices.request(resources.model(), messages, resources.card())
    return replace(request, tools=offered, tool_choice=choice if offered else ToolChoice())


def offered_tools(settings: ToolSettings) -> tuple[Tool, ...]:
    """The tools that are defined. Raises: ParameterError where they cannot be read."""
    definitions = read_tools(settings.text)
    if definitions.mistakes:
        raise ParameterError({"tools": f"The tools cannot be read. {definitions.mistakes[0]}"})
    return definitions.tools
