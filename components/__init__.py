"""The playground's engine room. One folder a concern; imports point down only.

``params form -> validate -> RunRequest -> wire.encode -> client.stream -> wire.decode -> StreamEvent ->
Transcript.apply -> Run -> run view (draws) and history (stores)``

=========  ==========================================================================  =====================
folder     what it owns                                                                may import
=========  ==========================================================================  =====================
core       values: parts, request, events, transcript, usage and cost, the error tree  the standard library
params     the model card as data, validation, the thinking resolver                   core
media      images (Pillow), clips (OpenCV), limits, token estimates                      core, params
markdown   texts of models and users as HTML: parser, formulas, code, growing texts    core
history    the store: conversations, runs, media, presets; search, export and import   core, params, media
tools      functions the model may call: definitions checked, examples that answer     core
api        the client: the only importer of httpx; one file per wire                   core, params, media
gateway    the simulator of the API on a real socket                                   core, params
runs       a generation as a job outside Streamlit: turns, runner, registry, metrics   everything above
tuning     comparing, sweeping, scoring, and probing what each parameter does          everything above
ui         Streamlit: the only engine folder that imports it                           everything above
=========  ==========================================================================  =====================

``gateway`` never imports ``api``: a shared encoder would make the same mistake on both sides and every
test would be green. ``tests/test_architecture.py`` enforces the table.
"""
