"""Templates belong to their owner, and every version of one stays until it is deleted."""

from components.history import named
from components.history.store import Store
from components.history.templates import list_templates, save_template


def texts(store: Store, owner: str = "ann") -> dict[str, list[tuple[int, str]]]:
    found = list_templates(store, owner)
    return {name: [(version.number, version.text) for version in versions] for name, versions in found.items()}


def test_a_changed_template_keeps_what_it_said_and_the_same_text_is_no_new_version(store: Store):
    for text in ("Hi {{name}}", "Dear {{name}}\0", "Dear {{name}}\0", "Hi {{name}}"):
        save_template(store, "ann", "greeting", text)
    assert texts(store) == {"greeting": [(3, "Hi {{name}}"), (2, "Dear {{name}}\0"), (1, "Hi {{name}}")]}


def test_a_template_is_renamed_and_deleted_with_its_versions(store: Store):
    save_template(store, "ann", "a", "1")
    save_template(store, "ann", "b", "2")
    assert not named.rename(store, "templates", "ann", "a", "b") and named.rename(store, "templates", "ann", "a", "c")
    assert list(texts(store)) == ["b", "c"]
    named.delete(store, "templates", "ann", "c")
    save_template(store, "ann", "c", "anew")
    assert texts(store) == {"b": [(1, "2")], "c": [(1, "anew")]}


def test_nobody_sees_or_changes_the_templates_of_somebody_else(store: Store):
    save_template(store, "ann", "mine", "1")
    save_template(store, "bob", "mine", "2")
    named.delete(store, "templates", "bob", "mine")
    assert named.rename(store, "templates", "bob", "mine", "his")
    assert texts(store) == {"mine": [(1, "1")]} and texts(store, "bob") == {}
