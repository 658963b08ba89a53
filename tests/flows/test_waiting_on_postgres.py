"""What waits to be mailed, on PostgreSQL."""

from tests.flows.on_postgres import house
from tests.flows.test_notices_kept import (
    test_a_mail_that_waits_for_its_server_and_is_made_anew_tells_what_came_since_once,
    test_hours_that_are_ended_or_shortened_hold_nothing_back_any_more,
    test_of_all_that_waits_when_the_address_is_paused_its_person_is_told_in_one_sentence,
    test_of_two_notes_in_a_paused_mailbox_each_is_mailed_once,
    test_what_waited_when_the_mailbox_was_archived_is_mailed_if_it_is_back_within_the_hour,
)
from tests.flows.test_own_addresses import (
    test_a_code_that_the_server_puts_off_until_it_counts_no_more_is_not_mailed_and_that_is_told_once,
)

__all__ = [
    "house",
    "test_a_code_that_the_server_puts_off_until_it_counts_no_more_is_not_mailed_and_that_is_told_once",
    "test_a_mail_that_waits_for_its_server_and_is_made_anew_tells_what_came_since_once",
    "test_hours_that_are_ended_or_shortened_hold_nothing_back_any_more",
    "test_of_all_that_waits_when_the_address_is_paused_its_person_is_told_in_one_sentence",
    "test_of_two_notes_in_a_paused_mailbox_each_is_mailed_once",
    "test_what_waited_when_the_mailbox_was_archived_is_mailed_if_it_is_back_within_the_hour",
]
