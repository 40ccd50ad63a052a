"""The register of what is tried of the way from the gateway to the centre, one row a trial.

In the form of domain_rows, whose trials are of the way from a detector to a decision.
"""

# ruff: noqa: E501 - the name of a test is not broken, so that a search finds it

from typing import Final

from domain_rows import Row

DELIVERY: Final = (
    Row(
        "Trial 2: alarm to PUBACK, idle, 200 times: 95 % within 2 s, all within 10 s",
        by=(
            "test_field_latency::test_two_hundred_alarms_of_an_idle_gateway_are_at_the_broker_in_time",
            "bench_latency",
        ),
    ),
    Row(
        "Trial 3: the same while 10,000 items of telemetry wait",
        by=(
            "test_field_latency::test_two_hundred_alarms_pass_ten_thousand_readings_that_wait_to_be_told",
            "test_telemetry_batch::test_the_newest_value_of_each_quantity_is_told_once",
            "bench_backlog",
        ),
    ),
    Row(
        "Trial 4: 64 alarms at once are all told within 10 s, in order",
        by=(
            "test_field_whole_way::test_sixty_four_alarms_at_once_all_arrive_in_order_and_in_time",
        ),
    ),
    Row(
        "Trial 5: an outage with 500 events and five power cuts in it; the 24 h are not waited for",
        by=(
            "test_field_outage::test_five_hundred_events_and_five_power_cuts_of_an_outage_arrive_once_it_is_over",
            "test_power_cut::test_whatever_a_power_cut_leaves_holds_all_that_was_told_and_goes_on",
            "test_delivery::test_a_hundred_thousand_waiting_records_cost_a_page_of_memory",
        ),
    ),
    Row(
        "Trial 6: PUBACK without the centre's word: fault 354 within 100 s, and kept until the word comes",
        by=(
            "test_delivery_watch::test_an_alarm_may_wait_ninety_nine_seconds_and_not_a_hundred",
            "test_delivery_watch::test_it_is_told_once_and_ends_when_nothing_is_late_any_more",
            "test_daemon_centre::test_only_the_centres_word_empties_the_outbox",
            "test_messages_contact_id::test_the_code_says_what_the_event_says",
        ),
    ),
    Row(
        "Trial 7: PUBACK 0x87 and 0x97: a fault, tried with back-off, no busy loop",
        by=(
            "test_field_refused::test_a_refused_alarm_is_a_fault_and_tried_more_and_more_seldom_until_it_is_taken",
            "test_daemon_broker::test_what_the_broker_refuses_is_a_fault_that_holds_up_no_alarm_until_it_is_taken",
            "test_delivery::test_a_refused_record_is_set_aside_told_once_and_tried_again_with_back_off",
        ),
    ),
    Row(
        "Trial 7: PUBACK 0x10, with the centre's word: no delivery, tried with back-off",
        by=(
            "test_uplink_centre::test_a_broker_that_nobody_listens_to_is_given_the_same_events_until_somebody_does",
            "test_delivery_by_centre::test_a_record_that_the_broker_has_nobody_for_keeps_its_turn_and_is_tried_again",
        ),
    ),
    Row(
        "Trial 7: PUBACK 0x10, with the broker's word alone",
        out_of_scope="Counts as delivered, as the site file asks: whoever wants to know whether "
        "somebody listens sets `delivered_when: centre`.",
    ),
    Row(
        "Trial 8: a will before its birth, and an old birth and will after a new one",
        by=(
            "test_field_presence::test_a_will_that_comes_before_its_birth_is_followed_by_the_birth_of_the_next_session",
            "test_field_presence::test_an_old_birth_and_an_old_will_after_a_new_birth_are_contradicted",
            "test_presence::test_what_buries_the_birth_is_contradicted_but_not_at_once",
            "test_centre_intake::test_a_will_of_an_earlier_session_is_old_news",
            "test_centre_intake::test_a_gateway_without_a_heartbeat_for_ninety_seconds_is_silent",
        ),
    ),
    Row(
        "Trial 9: kill -9 in the middle of telling, 100 times: no loss, in order, a copy a crash at most",
        by=("test_kill_minus_nine::test_kill_minus_nine_loses_nothing_and_invents_nothing",),
    ),
    Row(
        "Trial 10: the first path is cut during an alarm: the second has it within 20 s",
        by=(
            "test_daemon_broker::test_alarms_go_out_on_both_paths_and_the_rest_on_the_preferred_one",
            "test_uplink::test_a_dead_path_disturbs_no_other",
            "test_delivery::test_alarms_go_on_both_paths_and_the_rest_on_the_preferred_one",
            "test_chaos::test_some_rounds_of_chaos_lose_nothing_and_invent_nothing",
        ),
    ),
    Row(
        "Trial 10: the first path is cut: 351 within 90 s",
        by=(
            "test_half_open::test_a_line_that_swallows_everything_is_found_by_the_keep_alive_alone",
            "test_path_probe::test_at_the_usual_times_a_primary_path_that_fails_is_known_within_90_s",
            "test_messages_contact_id::test_the_code_says_what_the_event_says",
        ),
    ),
    Row(
        "Trial 11: a second path that is silently dead: 352 within 5 h",
        by=(
            "test_uplink_centre::test_an_alternate_path_that_is_silently_dead_is_told_though_it_carries_nothing",
            "test_path_probe::test_a_path_in_reserve_is_asked_each_hour",
            "test_path_probe::test_a_path_is_silent_within_a_period_and_the_bound_after_answers_stop",
            "test_messages_contact_id::test_the_code_says_what_the_event_says",
        ),
    ),
    Row(
        "Trial 11: the same where no centre is named",
        out_of_scope="Missing: without a centre that answers, only the keep-alive looks after a "
        "path, and it finds a dead broker but not a dead way behind it.",
    ),
)

TIME_AND_STORE: Final = (
    Row(
        "Trial 32: a clock an hour wrong that is then put right",
        by=(
            "test_field_clock::test_a_clock_an_hour_ahead_is_told_and_its_step_back_makes_no_time_run_backwards",
            "test_daemon_clock::test_a_clock_that_starts_in_1970_and_jumps_to_the_present_disturbs_nothing",
        ),
    ),
    Row(
        "Trial 33: each time says its zone, to the millisecond",
        by=(
            "test_field_whole_way::test_every_time_in_every_message_is_in_utc_and_says_so_to_the_millisecond",
        ),
    ),
    Row(
        "Trial 34: a full disk: alarms from memory, 624, no crash",
        by=(
            "test_daemon_store::test_while_the_disk_is_full_alarms_are_told_from_memory_and_later_kept_under_that_name",
            "test_daemon_store::test_a_gateway_that_starts_on_a_full_disk_guards_from_memory_until_there_is_room",
            "test_messages_contact_id::test_the_code_says_what_the_event_says",
        ),
    ),
    Row(
        "Trial 34: a card that turns read-only",
        by=(
            "test_journal_keeper::test_a_card_that_turned_read_only_still_gives_back_what_was_latched",
        ),
    ),
)

MESSAGES: Final = (
    Row(
        "Trial 37: a broker whose packets are small: less is told, and it is sent",
        by=(
            "test_uplink_content::test_a_broker_with_a_small_packet_limit_gets_state_and_events_all_the_same",
            "test_uplink_content::test_an_event_that_no_broker_limit_can_be_met_for_is_set_aside",
        ),
    ),
    Row(
        "Trial 38: a broker of MQTT 3.1.1 gets all that safety needs",
        by=(
            "test_field_whole_way::test_all_that_safety_needs_arrives_on_either_version",
            "test_uplink::test_an_older_broker_gets_the_same_events",
            "test_refusals::test_a_real_broker_without_mqtt_5_is_told_with_the_way_out_which_works",
        ),
    ),
    Row(
        "Trial 39: who speaks as another gateway is refused, and his own words go on",
        by=(
            "test_broker_of_a_province::test_a_gateway_that_speaks_as_another_is_refused_and_its_own_words_go_on",
            "test_broker_of_a_province::test_the_will_of_a_gateway_speaks_for_no_other",
        ),
    ),
    Row(
        "Trial 40: Vietnamese names byte for byte, in the form NFC",
        by=(
            "test_field_whole_way::test_vietnamese_names_arrive_byte_for_byte_as_they_were_written",
        ),
    ),
    Row(
        "Trial 41: codes of places keep their zeros",
        by=(
            "test_field_whole_way::test_codes_of_places_keep_their_zeros_and_a_commune_that_is_no_more_costs_no_event",
            "test_settings_broken_sites::test_a_broken_site_gives_its_one_problem_at_its_place",
        ),
    ),
    Row(
        "Trial 42: a commune of before the mergers: its events are sent",
        by=(
            "test_field_whole_way::test_codes_of_places_keep_their_zeros_and_a_commune_that_is_no_more_costs_no_event",
        ),
    ),
    Row(
        "Trial 42: a commune of before the mergers: a warning",
        out_of_scope="Missing on purpose: the gateway has no list of communes, which would be out "
        "of date before its units are; a district has no place in a site file and is refused as "
        "an unknown key. The centre knows its communes.",
    ),
    Row(
        "Trial 45: every message that is sent keeps to its published schema",
        by=(
            "test_field_whole_way::test_all_that_safety_needs_arrives_on_either_version",
            "test_contract::test_examples_keep_to_their_schema",
            "test_contract::test_the_asyncapi_document_knows_every_topic_of_the_gateway",
        ),
    ),
    Row(
        "Trial 46: a fire alarm leaves next, however many faults wait",
        by=(
            "test_uplink::test_an_alarm_overtakes_a_backlog_of_a_thousand",
            "test_delivery::test_an_alarm_overtakes_a_full_backlog_through_the_place_kept_for_it",
            "test_delivery::test_a_new_alarm_goes_from_memory_whatever_the_other_lanes_have_in_the_journal",
        ),
    ),
    Row(
        "Trial 47: changing over to the battery and back changes no state but the supply's",
        by=(
            "test_field_whole_way::test_changing_over_to_the_battery_and_back_is_told_and_changes_nothing_else",
        ),
    ),
    Row(
        "Trial 48: a certificate that is expired, of another authority or of another host",
        by=(
            "test_refusals::test_a_certificate_that_is_not_right_is_refused",
            "test_refusals::test_a_certificate_of_another_authority_is_refused_known_time_or_not",
            "test_refusals::test_a_certificate_of_another_host_is_refused_known_time_or_not",
            "test_refusals::test_a_refusal_is_the_detail_of_the_paths_fault_and_is_counted_by_its_reason",
        ),
    ),
    Row(
        "Trial 48: nothing is tried that is weaker",
        by=(
            "test_refusals::test_a_path_with_tls_says_nothing_in_plain_text_whatever_answers",
            "test_refusals::test_no_other_version_of_mqtt_is_tried_than_the_site_names",
            "test_refusals::test_a_broker_that_speaks_only_old_tls_is_refused",
        ),
    ),
)

ROWS: Final = (*DELIVERY, *TIME_AND_STORE, *MESSAGES)
