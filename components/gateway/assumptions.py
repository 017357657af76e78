"""What the documentation leaves open, decided in one place: a name, a value, and a sentence each.

Every guess about the real gateway is here; the documented ranges and prices are in the model card. When the
real API turns out to behave otherwise, this file changes and nothing else should have to. `DECISIONS`
lists the guesses that are not numbers, for whoever shows them (README, simulator page).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

KEY_PREFIX = "sk-empiriolabs-"
"""Documented prefix; a key without it is refused by its format before any look-up."""

THINKING_BUDGETS: Mapping[str, int] = MappingProxyType({"low": 8192, "medium": 32768, "high": 65536, "max": 81920})
"""Budgets of the effort levels. Not published; medium equals the documented default, max the top of the range."""

KEEP_ALIVE_S = 15.0
"""Seconds of silence after which a stream carries a comment line; the docs do not mention keep-alives."""

BODY_LIMIT_BYTES = 90_000_000
"""Larger request bodies get 413; the upstream's documented limit is about 100 MB, the gateway's is unknown."""

REQUESTS_PER_MINUTE = 50
TOKENS_PER_MINUTE = 2_000_000
"""Documented per account; the simulator counts per key, in a window that slides over the last 60 seconds."""

CACHE_BLOCK_TOKENS = 256
"""Cached tokens are the longest common prefix with an earlier prompt of the same key, floored to this."""

IDENTITY_PROMPT = "You are {name}, a multimodal reasoning model{maker}."
"""Prepended and counted when no system or developer message is present; the real wording is unknown."""

MESSAGE_MARKERS = 3
"""Tokens that open, name and close a message in the chat template."""

IMAGE_PATCH_PX = 28
IMAGE_TOKENS_MAX = 4096
"""One token per 28x28 pixels, at most 4,096 a picture: what is known of the open weights."""

UNKNOWN_PICTURE_TOKENS = 1024
"""A picture that is given by address is never fetched, so its size is unknown."""

CLIP_FRAMES_PER_S = 2
CLIP_FRAME_TOKENS = 256
"""A whole clip is counted as two frames a second of 256 tokens each."""

THINKING_SIGNATURE = ""
"""Signature of thinking blocks on /messages: the upstream signs nothing; what is sent back is not checked."""

STARTING_BALANCE_USD = Decimal("100")
"""What the simulated account holds before the first request."""

DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "thinking_precedence": "Off wins; then an explicit thinking_budget; then reasoning_effort; then the defaults.",
        "thinking_outside_max_tokens": "Thinking has its own budget and is not counted inside max_tokens.",
        "thinking_is_output": "Thinking tokens are part of completion_tokens and billed as output.",
        "stop_only_in_answer": "Stop strings are looked for in the answer, not in the thinking.",
        "out_of_range_refused": "A value outside its documented range is a 400 that names the parameter, not clamped.",
        "unknown_fields_ignored": "Fields that are not documented (n, seed, logprobs...) are ignored.",
        "max_completion_tokens": "On /chat/completions max_completion_tokens, OpenAI's newer name, is read as "
        "max_tokens and goes first when both are sent.",
        "response_format_refused": "Any response_format but text is a 400: structured output is not supported.",
        "unknown_model_is_404": "An unknown model is a 404 with code model_not_found.",
        "usage_on_request": "A stream carries usage only when stream_options.include_usage is true, in a last chunk "
        "with empty choices.",
        "failed_requests_count": "Every request with an accepted key counts for the rate limit, those refused by it "
        "excepted.",
        "search_once": "web_search_linkup searches once a request with the text of the last user message; the "
        "sources stand after the conversation, so that they do not break the cached prefix.",
        "no_query_no_search": "A last user message without text has no query: no search, no footer.",
        "footer_is_answer": "The Sources footer is counted as answer tokens and falls away when max_tokens cuts first.",
        "call_head_is_a_token": "The head of a tool call (id and name) counts as one token.",
        "history_thinking_counted": "reasoning_content that is sent back is counted as prompt tokens.",
        "forced_tool_with_thinking": "tool_choice required or a named function is obeyed while thinking is on.",
        "parallel_calls": "A prompt that names several tools, or lists several values for a tool's one free field, "
        "gets a call for each in one turn, at most four; parallel_tool_calls false or disable_parallel_tool_use: one.",
        "thinking_comes_back": "With thinking on, an assistant turn with tool calls that comes back without its "
        "thinking is answered, as at most gateways, and marked in the log. With --strict-thinking it is a 400 in the "
        "upstream's wording, on all three endpoints.",
        "card_names_everywhere": "/responses and /messages take every documented parameter by its own name too "
        "(stop, reasoning_effort, web_search_linkup...); where the format has its own name (max_output_tokens, "
        "stop_sequences), that one goes first.",
        "footer_everywhere": "The Sources footer ends the text item or text block, as it ends the content in chat.",
        "video_only_in_chat": "Video is taken by /chat/completions only; on the others its part is a 400.",
        "previous_response_id_refused": "Whole responses are not stored: previous_response_id is a 400.",
        "item_reference": "On /responses an item_reference stands for an output item that was sent to the same key "
        "in one of the latest 500 replies; an unknown id is a 404 that names it. store is ignored.",
        "reasoning_as_summary": "/responses sends the whole reasoning as summary text.",
        "failed_stream_of_responses": "A failure inside a stream of /responses is an error event, then "
        "response.failed.",
        "thinking_budget_beside": "On /messages thinking_budget goes before thinking.budget_tokens, off wins, and the "
        "budget need not be smaller than max_tokens; type adaptive is the same as enabled.",
        "cached_beside_input": "On /messages input_tokens leaves out cache_read_input_tokens, as at Anthropic; "
        "output_tokens holds the thinking.",
        "stop_is_end_turn": "On /messages a matched stop sequence is end_turn with stop_sequence null: the upstream's "
        "stop does not tell which.",
        "call_ids_kept": "Tool calls keep Kimi's own ids (functions.name:0) on all three endpoints.",
        "cut_arguments_empty": "A call that max_tokens cut off has the input {} in a whole reply of /messages.",
        "count_tokens": "/messages/count_tokens counts as /messages would, needs a key, costs nothing and does not "
        "count for the rate limit.",
        "cache_control_ignored": "cache_control is ignored: caching is automatic.",
        "status_alone_types_errors": "On /messages the error's type follows from the status: 503 overloaded_error, "
        "502 api_error. Other routes answer in that shape to a request with the header anthropic-version.",
        "usage_account": "GET /v1/account/usage shows one account for all keys, newest first, status success or error, "
        "source api; from, to and before are ISO 8601 or Unix seconds, next_cursor is the time to ask before; it is "
        "not counted for the rate limit.",
        "stopped_is_billed_whole": "A reply whose client left is generated to its end and billed in full, as "
        "documented; one that a fault broke off is billed for what was generated.",
        "models_public": "GET /v1/models answers without a key.",
        "both_paths": "Every route answers with and without /v1.",
    }
)
