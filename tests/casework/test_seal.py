"""A4 The chain of seals over the journal: nobody waits for it, and nobody changes what it covers."""

import threading

import pytest
from django.db import connection, transaction

from casework.actions.deeds import add_note
from casework.actions.seal import seal_journal
from casework.actions.verify import verify_audit
from casework.models import Heartbeat, Journal, JournalText, Seal, Unsealed
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts

pytestmark = [pytest.mark.fault("A4"), pytest.mark.django_db(transaction=True)]


def rules():
    return {each.rule for each in verify_audit()}


@pytest.fixture
def sealed(agent):
    """A journal of some entries, sealed."""
    case = an_unreachable(agent)
    for number in range(5):
        add_note(case.pk, note=f"{number}", by=acts(agent), at=MONDAY)
    seal_journal(at=MONDAY)
    assert verify_audit() == []
    return case


def test_every_row_waits_for_its_seal_and_gets_it_once(agent):
    an_unreachable(agent)
    waiting = Unsealed.objects.count()
    assert waiting == Journal.objects.count() > 0
    assert seal_journal(at=MONDAY) == waiting
    assert (Unsealed.objects.count(), Seal.objects.count()) == (0, waiting)
    assert seal_journal(at=MONDAY) == 0
    assert list(Seal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, waiting + 1))
    assert verify_audit() == []
    assert Heartbeat.objects.get(name="seal_journal").at == MONDAY


def test_what_is_not_sealed_yet_is_no_finding(sealed, agent):
    add_note(sealed.pk, note="new", by=acts(agent), at=MONDAY)
    assert Unsealed.objects.count() == 1
    assert verify_audit() == []


def test_nothing_leaves_the_queue_without_its_seal(sealed, agent):
    add_note(sealed.pk, note="new", by=acts(agent), at=MONDAY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_sealed(array_agg(id)) FROM casework_journal")
    assert Unsealed.objects.count() == 1


def test_an_emptied_queue_fills_itself_and_every_row_is_sealed(sealed, agent, past_the_triggers, caplog):
    add_note(sealed.pk, note="lost", by=acts(agent), at=MONDAY)
    past_the_triggers.execute("DELETE FROM casework_unsealed")
    assert rules() == {"never_sealed"}
    assert seal_journal(at=MONDAY) == 1
    assert verify_audit() == []
    assert [each.levelname for each in caplog.records if each.name == "casework.actions.seal"] == ["ERROR"]


def test_twenty_writers_at_once_and_two_sealers_make_one_chain_without_a_fork(agent):
    cases = [an_unreachable(agent).pk for _ in range(4)]
    errors, start = [], threading.Barrier(22)

    def run(deed):
        try:
            start.wait()
            deed()
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    def write(number):
        for _ in range(2):
            add_note(cases[number % 4], note=f"{number}", by=acts(agent), at=MONDAY)

    def seal():
        for _ in range(4):
            seal_journal(at=MONDAY)

    work = [lambda n=n: write(n) for n in range(20)] + [seal, seal]
    threads = [threading.Thread(target=run, args=[each]) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    seal_journal(at=MONDAY)
    assert errors == []
    assert verify_audit() == []
    assert Seal.objects.count() == Journal.objects.count()
    assert Journal.objects.filter(step="note").count() == 40


def test_the_sealer_waits_for_a_transaction_that_still_runs_and_writers_do_not_wait_for_it(sealed, agent, other_cursor):
    other_cursor.execute("BEGIN")
    other_cursor.execute(
        "INSERT INTO casework_journal (at, object_type, object_id, step, from_state, to_state, actor_name, role, channel, facts, note, request_id)"
        " VALUES (now(), 'x', '', 'slow', '', '', 'database:' || session_user, '', 'direct', '{}', '', '')"
    )
    add_note(sealed.pk, note="quick", by=acts(agent), at=MONDAY)
    assert seal_journal(at=MONDAY) == 0
    assert Unsealed.objects.count() == 1
    other_cursor.execute("COMMIT")
    assert seal_journal(at=MONDAY) == 2
    sealed_steps = [Journal.objects.get(pk=pk).step for pk in Seal.objects.order_by("seq").values_list("journal_id", flat=True)]
    assert sealed_steps[-2:] == ["slow", "note"]
    assert verify_audit() == []


def test_a_transaction_that_was_rolled_back_leaves_no_hole(sealed, agent):
    class Stop(Exception):
        pass

    def fails():
        with transaction.atomic():
            add_note(sealed.pk, note="x", by=acts(agent), at=MONDAY)
            raise Stop

    with pytest.raises(Stop):
        fails()
    add_note(sealed.pk, note="y", by=acts(agent), at=MONDAY)
    assert seal_journal(at=MONDAY) == 1
    assert verify_audit() == []


@pytest.mark.parametrize(
    "change",
    [
        "note = 'never said'",
        "actor_name = 'somebody else'",
        "at = at - interval '1 second'",
        'facts = \'{"amount": "1.00"}\'',
        "to_state = 'delivered'",
        "channel = 'shell'",
        "after = '{}'",
    ],
)
def test_a_row_that_the_owner_changed_is_found(sealed, past_the_triggers, change):
    past_the_triggers.execute(f"UPDATE casework_journal SET {change} WHERE id = (SELECT max(journal_id) - 1 FROM casework_seal)")
    assert rules() == {"row_changed"}


def test_a_row_that_the_owner_removed_is_found(sealed, past_the_triggers):
    past_the_triggers.execute("DELETE FROM casework_journal WHERE id = (SELECT max(journal_id) - 1 FROM casework_seal)")
    assert rules() == {"row_changed"}


def test_a_row_that_the_owner_slipped_in_is_found(sealed, past_the_triggers):
    past_the_triggers.execute(
        "INSERT INTO casework_journal (at, object_type, object_id, step, from_state, to_state, actor_name, role, channel, facts, note, request_id)"
        " VALUES (now(), 'x', '', 'x', '', '', 'x', '', 'x', '{}', '', '')"
    )
    assert rules() == {"never_sealed"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("DELETE FROM casework_seal WHERE seq = 3", "chain_broken"),
        ("UPDATE casework_seal SET hash = repeat('0', 64) WHERE seq = 3", "row_changed"),
        ("UPDATE casework_seal SET previous = repeat('0', 64) WHERE seq = 3", "chain_broken"),
        ("UPDATE casework_seal SET journal_id = 999999 WHERE seq = 3", "row_changed"),
        ("INSERT INTO casework_seal VALUES (999999, 999999, now(), 'x', 'y')", "chain_broken"),
    ],
)
def test_a_seal_that_the_owner_touched_is_found(sealed, past_the_triggers, change, rule):
    past_the_triggers.execute(change)
    assert rule in rules()


def test_a_row_and_its_seal_removed_together_break_the_chain(sealed, past_the_triggers):
    past_the_triggers.execute("DELETE FROM casework_journal WHERE id = (SELECT journal_id FROM casework_seal WHERE seq = 2)")
    past_the_triggers.execute("DELETE FROM casework_seal WHERE seq = 2")
    past_the_triggers.execute("UPDATE casework_seal SET seq = seq - 1 WHERE seq > 2")
    assert "chain_broken" in rules()


def test_the_originals_of_notes_may_be_purged_without_breaking_the_chain(sealed):
    assert JournalText.objects.all().delete()[0] == 5
    assert verify_audit() == []


def test_after_a_change_of_key_the_old_seals_still_hold(sealed, agent, settings):
    settings.DATA_KEYS_OLD = settings.DATA_KEY
    settings.DATA_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    add_note(sealed.pk, note="z", by=acts(agent), at=MONDAY)
    assert seal_journal(at=MONDAY) == 1
    assert verify_audit() == []
    settings.DATA_KEYS_OLD = ""
    assert "row_changed" in rules()
