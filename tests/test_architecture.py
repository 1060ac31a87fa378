"""Apps know those below them only. String foreign keys and reverse accessors evade the import contract, so every relation is ranked here."""

from django.apps import apps

ORDER = ["orders", "casework", "logistics", "refunds"]
# Who acts is a person of orders; content types and permissions are Django's.
RANK = {name: rank for rank, name in enumerate(ORDER)}


def relations():
    """(from, to) of every forward relation between models of ours, many-to-many tables included."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and field.related_model and not field.auto_created:
                yield model._meta.app_label, field.related_model._meta.app_label, f"{model.__name__}.{field.name}"


def test_no_relation_points_up():
    upwards = [name for source, target, name in relations() if source in RANK and target in RANK and RANK[target] > RANK[source]]
    assert upwards == []


def test_the_relations_were_looked_at():
    assert len([name for source, _, name in relations() if source in RANK]) > 30


def test_a_lower_app_uses_no_reverse_accessor_of_a_higher_one():
    """A hidden accessor cannot be used; a visible one is found by name in the lower app's code."""
    found = []
    for model in apps.get_models():
        for relation in model._meta.related_objects:
            source, target = relation.related_model._meta.app_label, model._meta.app_label
            if source in RANK and target in RANK and RANK[source] > RANK[target] and (name := relation.get_accessor_name()):
                found += [f"{target} uses .{name} of {source}" for code in code_of(target) if f".{name}." in code or f'"{name}__' in code]
    assert found == []


def code_of(app):
    """The source texts of an app."""
    from pathlib import Path

    return [path.read_text() for path in Path(apps.get_app_config(app).path).rglob("*.py") if "migrations" not in path.parts]
