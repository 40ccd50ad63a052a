"""The register of what the standards and the timing budget ask for, one row a number.

Each row is proved by tests, or lies outside and says why. A reference is `module::test`, of this
directory or of tests/integration, or `bench_…`, a module of tests/bench that measures without
judging. What a row asks for and the code does not do is a test that is expected to fail.
"""

# ruff: noqa: E501 - the name of a test is not broken, so that a search finds it

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked for.

    Attributes:
        says: the row: standard and clause or subject, and the number.
        by: the tests that prove it.
        out_of_scope: why this table does not prove it, in a sentence.
    """

    says: str
    by: tuple[str, ...] = ()
    out_of_scope: str = ""


PANEL: Final = (
    Row(
        "EN 54-2: a detector's alarm is indicated within 10 s",
        by=(
            "test_domain_timing::test_an_alarm_is_decided_and_its_outputs_are_set_with_the_reading_that_shows_it",
            "test_domain_timing::test_a_fire_alarm_of_a_small_site_is_published_within_ten_seconds_by_its_slowest_way",
            "test_timing::test_a_fire_alarm_is_warned_of_where_even_its_fastest_way_is_late",
        ),
    ),
    Row(
        "EN 54-2: outputs follow an alarm within 3 s, a manual call point's within 10 s",
        by=(
            "test_domain_timing::test_an_alarm_is_decided_and_its_outputs_are_set_with_the_reading_that_shows_it",
            "test_gpio_debounce::test_the_longest_hold_time_still_leaves_an_alarm_within_three_seconds",
            "test_modbus_outputs::test_a_level_set_on_an_idle_line_is_written_at_once",
            "bench_latency",
        ),
    ),
    Row(
        "EN 54-2: a fault is indicated within 100 s",
        by=(
            "test_domain_timing::test_a_detector_that_is_lost_is_a_fault_within_100_s_however_seldom_it_is_read",
            "test_domain_timing::test_the_longest_stale_after_that_a_site_may_have_still_leaves_a_fault_within_100_s",
            "test_domain_timing::test_what_a_device_or_its_bus_says_is_wrong_is_a_fault_with_the_word",
        ),
    ),
    Row(
        "EN 54-2: quiescent, fire alarm, fault, disabled, test; ISO 7240-2: supervisory",
        by=(
            "test_domain_states::test_the_conditions_of_a_fire_panel_are_all_there_and_ordered_by_gravity",
            "test_domain_states::test_the_present_lists_every_condition_of_a_zone_gravest_first",
            "test_messages_state::test_a_site_that_cannot_see_is_never_called_quiescent",
        ),
    ),
    Row(
        "EN 54-2, 7.11: a delay to outputs is 10 min at most, and 0 s unless it is configured",
        by=(
            "test_domain_coincidence::test_a_delay_is_ten_minutes_at_most_and_nothing_waits_unless_told_to",
        ),
    ),
    Row(
        "EN 54-2, 7.11: a delay is set in steps of 1 min at most",
        out_of_scope="It is any time in the site file, to the nanosecond: there are no steps.",
    ),
    Row(
        "EN 54-2, 7.11: a delay is set at access level 3",
        out_of_scope="It stands in the site file, and no order of firegw changes that file.",
    ),
    Row(
        "EN 54-2, 7.11: a manual call point overrides a delay",
        by=(
            "test_domain_coincidence::test_28_a_manual_call_point_overrides_a_delay_that_runs",
            "test_disablement::test_a_call_point_waits_for_no_delay_and_no_second_detector",
        ),
    ),
    Row(
        "EN 54-2, 7.11: a delay is a disablement, and is seen during the fire too",
        by=(
            "test_domain_coincidence::test_28_a_delay_of_30_s_is_a_disablement_that_stands_during_the_fire_too",
            "test_disablement::test_an_output_with_a_delay_waits_and_that_stands_as_a_disablement",
        ),
    ),
    Row(
        "EN 54-2, coincidence of type A: the first signal is held for 60 s at most",
        by=(
            "test_domain_coincidence::test_type_a_holds_a_first_signal_that_lasts_for_60_s_and_no_longer",
            "test_domain_coincidence::test_type_a_cannot_be_written_longer_than_60_s_and_30_minutes",
            "test_domain_coincidence::test_type_a_does_not_hold_a_manual_call_point_back",
        ),
    ),
    Row(
        "EN 54-2, coincidence of type A: the confirmation may come within 30 min",
        by=(
            "test_domain_coincidence::test_type_a_takes_a_confirmation_within_30_minutes_after_the_first_60_s",
            "test_domain_coincidence::test_type_a_makes_a_first_signal_of_one_that_comes_after_its_30_minutes",
        ),
    ),
    Row(
        "EN 54-2, coincidence of type A: the first signal is not indicated",
        by=(
            "test_domain_coincidence::test_type_a_says_nothing_of_a_first_signal_that_no_second_confirms",
        ),
    ),
    Row(
        "EN 54-2, coincidence of type B: the first alarm is indicated, and cancels itself after 5 "
        "min or more",
        by=(
            "test_domain_coincidence::test_26_a_first_alarm_alone_is_shown_for_five_minutes_and_then_expires",
            "test_domain_coincidence::test_26_a_second_detector_within_the_window_makes_it_a_fire_alarm",
        ),
    ),
    Row(
        "EN 54-2, coincidence of type C: alarm on the first signal, outputs on the second",
        by=(
            "test_domain_coincidence::test_27_one_detector_is_an_alarm_at_once_and_the_outputs_wait_for_the_second",
            "test_disablement::test_with_a_coincidence_of_two_the_alarm_is_told_at_once_and_the_siren_waits_for_the_second",
        ),
    ),
    Row(
        "EN 54-2: the fault output signals a fault without power too",
        by=(
            "test_domain_states::test_the_fault_relay_is_energised_only_while_nothing_is_at_fault",
            "test_settings_loader::test_a_fault_relay_is_released_on_exit_and_a_siren_holds",
            "test_gpio_bus::test_outputs_of_a_killed_gateway_are_released_but_for_those_that_hold",
        ),
    ),
    Row(
        "EN 54-2: a watchdog supervises the program",
        by=(
            "test_service_notification::test_a_ping_needs_a_turn_of_the_core_and_a_turn_of_the_writer",
            "test_daemon_stop::test_while_the_disk_hangs_the_siren_is_set_and_systemd_hears_that_something_hangs",
        ),
    ),
    Row(
        "EN 54-2: site data are checked at start",
        by=("test_settings_broken_sites::test_a_broken_site_gives_its_one_problem_at_its_place",),
    ),
    Row(
        "EN 54-2: site data are checked at least every hour",
        out_of_scope="Missing: what was loaded stays in memory unchanged, and nobody checks it again.",
    ),
    Row(
        "EN 54-2: the fault of one input loses one zone at most",
        by=(
            "test_domain_states::test_the_fault_of_one_detector_degrades_no_zone_but_those_whose_rules_name_it",
        ),
    ),
    Row(
        "EN 54-2: one fault of the wiring loses 32 points and one zone at most",
        out_of_scope="How many zones share a bus is decided by who wires it; nothing warns of a bus that "
        "carries more.",
    ),
    Row(
        "EN 54-4: mains lost is told within 30 min, and here within 100 s",
        by=("test_domain_states::test_the_loss_of_mains_is_told_with_the_reading_that_shows_it",),
    ),
    Row(
        "EN 54-4: battery lost within 15 min, its resistance within 4 h, charger within 30 min",
        out_of_scope="The power supply finds these itself; its contacts are inputs like any other.",
    ),
)

DETECTORS: Final = (
    Row(
        "EN 54-5, class A1: static response from 54 to 65 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class A2: static response from 54 to 70 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class B: static response from 69 to 85 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class C: static response from 84 to 100 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class D: static response from 99 to 115 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class E: static response from 114 to 130 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class F: static response from 129 to 145 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, class G: static response from 144 to 160 °C",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
        ),
    ),
    Row(
        "EN 54-5, suffix S: no response below the least static temperature",
        by=(
            "test_domain_heat::test_with_suffix_s_no_rise_alarms_below_the_least_static_temperature",
        ),
    ),
    Row(
        "EN 54-5, suffix R: a response to a steep rise",
        by=("test_domain_heat::test_with_suffix_r_a_steep_rise_is_in_time_from_a_cold_room_too",),
    ),
    Row(
        "EN 54-5, class A1 at 1 K/min: from 29:00 to 40:20",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, class A1 at 3 K/min: from 7:13 to 13:40",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, class A1 at 5 K/min: from 4:09 to 8:20",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, class A1 at 10 K/min: from 1:00 to 4:20",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, class A1 at 20 K/min: from 0:30 to 2:20",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, class A1 at 30 K/min: from 0:20 to 1:40",
        by=("test_domain_heat::test_class_a1_alarms_within_its_window_at_each_rate_of_rise",),
    ),
    Row(
        "EN 54-5, classes A2 to G: by 46:00, 16:00, 10:00, 5:30, 3:13 and 2:25",
        by=("test_domain_heat::test_every_further_class_alarms_in_time_at_each_rate_of_rise",),
    ),
    Row(
        "A fire panel's way with class A1: 56 °C, or 46 °C at a rise of 4 K/min",
        by=(
            "test_domain_heat::test_the_static_temperatures_are_those_at_which_fire_panels_alarm",
            "test_domain_heat::test_a_rise_of_four_kelvin_a_minute_alarms_class_a1r_at_46_degrees_and_a_slower_one_does_not",
        ),
    ),
    Row(
        "A fire panel's way with classes A2S and BS: 60 and 74 °C",
        by=("test_domain_heat::test_the_static_temperatures_are_those_at_which_fire_panels_alarm",),
    ),
    Row(
        "A fire panel's warning 10 K below the alarm, and its heavy heat at 90 °C",
        out_of_scope="Habits of one maker: who wants them writes a rule of their own.",
    ),
    Row(
        "EN 54-5: a head that is taken off is a fault",
        by=(
            "test_domain_inputs::test_a_head_that_is_taken_off_its_base_is_a_fault_that_degrades_its_zone",
            "test_domain_inputs::test_20_the_five_results_of_a_supervised_loop_are_five_to_the_rules",
        ),
    ),
    Row(
        "A detector is asked at least every minute",
        by=(
            "test_domain_timing::test_no_detector_is_read_less_often_than_every_30_s_nor_believed_for_longer_than_100_s",
        ),
    ),
    Row(
        "A hot roof is no fire: no heat rule ships below the classes, and B and C are there",
        by=(
            "test_domain_heat::test_a_slow_rise_alarms_within_the_static_window_of_the_class",
            "test_domain_heat::test_a_slow_rise_alarms_nobody_below_the_static_window",
            "test_advice_of_rules::test_of_the_examples_nothing_is_said",
            "test_advice_of_rules::test_heat_alone_below_every_class_is_told",
        ),
    ),
    Row(
        "EN 54-7: thresholds of smoke in dB/m",
        by=(
            "test_language_units::test_a_threshold_is_converted_to_the_canonical_unit",
            "test_language_units::test_decibels_and_per_cent_convert_both_ways",
        ),
    ),
    Row(
        "EN 54-7: m above 0.05 dB/m, a ratio of 1.6 at most, test fires TF2 to TF5",
        out_of_scope="Properties of the detector, shown in the smoke tunnel of a laboratory.",
    ),
    Row(
        "EN 54-7: a sensor that no standard calls a detector raises no fire alarm unnoticed",
        by=(
            "test_advice_of_rules::test_sensors_that_no_standard_calls_detectors_raise_no_fire_alarm_alone",
        ),
    ),
    Row(
        "EN 50291-1: 30 ppm raise no alarm within 120 min",
        by=("test_domain_gas::test_24_thirty_ppm_raise_no_alarm_within_120_minutes",),
    ),
    Row(
        "EN 50291-1: 50 ppm alarm from 60 to 90 min",
        by=("test_domain_gas::test_24_more_carbon_monoxide_alarms_within_its_window",),
    ),
    Row(
        "EN 50291-1: 100 ppm alarm from 10 to 40 min",
        by=("test_domain_gas::test_24_more_carbon_monoxide_alarms_within_its_window",),
    ),
    Row(
        "EN 50291-1: 300 ppm alarm within 3 min",
        by=("test_domain_gas::test_24_more_carbon_monoxide_alarms_within_its_window",),
    ),
    Row(
        "Industrial carbon monoxide: A1 at 30 ppm, A2 at 100 ppm",
        by=("test_domain_gas::test_the_two_steps_of_an_industrial_detector_are_two_rules",),
    ),
    Row(
        "EN 54-26: carbon monoxide of a fire, response between 25 and 60 ppm",
        out_of_scope="A property of the listed detector; a rule may have any threshold.",
    ),
    Row(
        "IEC 60079-29-2, EN 50194: set points of flammable gas between 3 and 40 %LEL",
        by=(
            "test_domain_gas::test_flammable_gas_warns_at_its_first_set_point_and_alarms_at_its_second",
        ),
    ),
    Row(
        "IEC 60079-29-1: over-range latches, since a pellistor reads low above it",
        by=(
            "test_domain_gas::test_gas_beyond_its_range_alarms_and_stays_though_the_sensor_reads_low_afterwards",
            "test_supervision::test_gas_over_range_latches_until_reset_because_a_pellistor_reads_low_above_its_range",
        ),
    ),
    Row(
        "Oxygen: low below 19.5 and 18 %vol, high above 23 %vol",
        by=("test_domain_gas::test_oxygen_alarms_where_it_is_too_low_or_too_high",),
    ),
)

BUDGET: Final = (
    Row(
        "Timing: a stable contact is a change within 0.2 s, and looked at anew every second",
        by=(
            "test_domain_inputs::test_a_stable_contact_is_judged_after_100_ms_and_looked_at_each_second_whatever_edges_come",
            "test_gpio_debounce::test_missed_edges_cost_a_poll_and_a_hold_time",
        ),
    ),
    Row(
        "Timing: a bit of a device is sensed within 2 s, with 16 quick devices on a sound bus",
        by=(
            "test_domain_timing::test_sixteen_quick_units_on_a_sound_line_are_read_within_two_seconds",
            "bench_modbus",
        ),
    ),
    Row(
        "Timing: with one dead unit a bit of a device is sensed within 5 s",
        by=(
            "test_domain_timing::test_sixteen_units_of_any_speed_are_read_within_five_seconds_though_one_is_dead",
            "test_modbus_rtu::test_with_one_of_ten_silent_the_other_nine_keep_their_period",
            "test_daemon_modbus::test_nine_of_ten_keep_their_period_and_the_silent_one_is_one_fault",
        ),
    ),
    Row(
        "Timing: sensed to decided within 0.5 s",
        by=(
            "test_domain_timing::test_an_alarm_is_decided_and_its_outputs_are_set_with_the_reading_that_shows_it",
            "bench_engine",
        ),
    ),
    Row(
        "Timing: decided to durable within 0.5 s",
        by=(
            "test_journal_writer::test_what_is_submitted_is_committed_and_told_in_order",
            "bench_latency",
        ),
    ),
    Row(
        "Timing: durable to the wire within 0.5 s",
        by=(
            "test_uplink_content::test_a_committed_record_is_on_the_wire_before_the_event_loop_turns",
            "bench_latency",
        ),
    ),
    Row(
        "Timing: input to the broker's receipt within 10 s on one healthy path",
        out_of_scope="The broker and the network are the uplink's: bench_latency measures them.",
    ),
    Row(
        "Timing: an alarm goes over to the second path within 20 s",
        out_of_scope="The uplink's: alarms go on both paths at once, as test_delivery has it.",
    ),
    Row(
        "EN 54-21: a missing acknowledgement of the centre is a fault within 100 s",
        by=(
            "test_delivery_watch::test_an_alarm_may_wait_ninety_nine_seconds_and_not_a_hundred",
            "test_daemon_centre::test_only_the_centres_word_empties_the_outbox",
        ),
    ),
    Row(
        "Timing: input to the centre's display within 90 s",
        out_of_scope="The centre's program is no part of the gateway.",
    ),
    Row(
        "Timing: a restored or cancelled alarm is told within 10 s",
        by=(
            "test_domain_timing::test_the_end_of_a_cause_and_a_reset_are_told_with_what_brings_them",
        ),
    ),
    Row(
        "Timing: a detector that fails is a fault within 10 s where it is read every 5 s",
        by=(
            "test_domain_timing::test_failed_polls_of_a_detector_that_is_read_every_5_s_are_a_fault_within_ten_seconds",
            "test_supervision::test_two_failures_are_a_fault_when_nothing_good_came_for_ten_seconds",
        ),
    ),
    Row(
        "Timing: a fault is queued within 100 s of its beginning, whatever the site says",
        by=(
            "test_domain_timing::test_a_detector_that_is_lost_is_a_fault_within_100_s_however_seldom_it_is_read",
            "test_domain_timing::test_the_longest_stale_after_that_a_site_may_have_still_leaves_a_fault_within_100_s",
            "test_supervision::test_no_silence_lasts_so_long_that_it_is_told_after_a_hundred_seconds",
        ),
    ),
    Row(
        "Timing: the local siren sounds within 3 s",
        by=(
            "test_domain_timing::test_an_alarm_is_decided_and_its_outputs_are_set_with_the_reading_that_shows_it",
            "test_core::test_the_time_to_an_output_counts_from_the_measurement_or_the_end_of_its_for",
        ),
    ),
    Row(
        "Timing: after a start points are unknown until they are read, and never for longer than "
        "a fault takes",
        by=(
            "test_domain_restart::test_nothing_is_called_normal_before_it_was_read_and_what_stays_silent_is_a_fault",
            "test_domain_restart::test_the_first_reading_after_a_start_raises_the_alarm_that_it_shows",
        ),
    ),
    Row(
        "Timing: boot to the first state within 120 s",
        out_of_scope="The time of a boot is that of the machine and its system; the gateway tells a state as "
        "soon as it runs, as test_uplink_content has it.",
    ),
    Row(
        "Timing: latched alarms survive another configuration",
        by=(
            "test_domain_restart::test_a_latched_alarm_survives_another_configuration_and_the_siren_never_stops",
            "test_engine::test_a_latched_alarm_of_a_dropped_rule_stays_until_reset_and_all_else_of_it_goes",
        ),
    ),
    Row(
        "Timing: another configuration is taken within 10 s",
        out_of_scope="A restart of the service takes it, and how long that lasts is the machine's; "
        "test_engine_restart_promise bounds what the outage delays.",
    ),
    Row(
        "Timing: by default an alarm waits for nothing",
        by=(
            "test_domain_coincidence::test_a_delay_is_ten_minutes_at_most_and_nothing_waits_unless_told_to",
        ),
    ),
    Row(
        "Timing: a first alarm is held for 60 s at most by verification",
        by=(
            "test_domain_coincidence::test_type_a_cannot_be_written_longer_than_60_s_and_30_minutes",
        ),
    ),
    Row(
        "Timing: a first alarm is held for 60 s at most by `for`",
        out_of_scope="Not refused: `for` may be up to an hour, and firegw check warns above 60 s of a fire "
        "alarm, verification included.",
    ),
    Row(
        "Timing: a delay above 0 s stands as a disablement; a manual call point bypasses it",
        by=(
            "test_domain_coincidence::test_28_a_delay_of_30_s_is_a_disablement_that_stands_during_the_fire_too",
            "test_domain_coincidence::test_28_a_manual_call_point_overrides_a_delay_that_runs",
            "test_domain_coincidence::test_a_manual_call_point_is_enough_for_outputs_that_wait_for_a_second_detector",
        ),
    ),
    Row(
        "Timing: a `for`, a verification or a coincidence above 0 stands as a disablement",
        out_of_scope="Missing on purpose: only a delay to outputs takes something out of service; these are "
        "how a rule decides.",
    ),
)

STATES_AND_RULES: Final = (
    Row(
        "States of a point: unknown, warming up, normal, pre-alarm, latched alarm, restored",
        by=(
            "test_domain_states::test_a_point_goes_from_unknown_over_warm_up_to_normal_pre_alarm_latched_alarm_and_restored",
        ),
    ),
    Row(
        "States of a point: fault, disablement and test are independent of its alarm",
        by=(
            "test_domain_states::test_fault_disablement_test_and_alarm_of_one_zone_stand_side_by_side",
            "test_domain_states::test_a_disablement_says_by_whom_why_and_until_when",
            "test_walk_test::test_a_test_event_carries_who_and_until_when",
        ),
    ),
    Row(
        "States of a point: open, short, comm, stale, under, over, sensor, undefined",
        by=(
            "test_domain_states::test_every_word_of_a_fault_is_one_of_a_kind_that_is_entered_and_left",
        ),
    ),
    Row(
        "States of a point: power and tamper",
        out_of_scope="Contacts of their own, whose rules raise a fault or a supervisory condition.",
    ),
    Row(
        "States of a point: inhibit and calibration",
        by=(
            "test_device_says::test_16_and_17_what_a_device_says_of_itself_is_a_fault_with_its_first_answer",
            "test_modbus_station::test_only_a_device_that_says_that_it_measures_is_believed",
            "test_serial_answer::test_a_device_that_says_that_it_is_out_of_service_gives_no_value",
            "test_profiles::test_every_sign_of_fault_every_warning_and_every_state_of_a_profile_has_an_example",
        ),
    ),
    Row(
        "Rule 1: a fault never reads as normal",
        by=(
            "test_domain_states::test_a_detector_at_fault_has_no_value_and_its_zone_is_not_called_protected",
            "test_engine::test_a_zone_is_degraded_from_the_first_unknown_input_to_the_last",
            "test_messages_state::test_a_site_that_cannot_see_is_never_called_quiescent",
        ),
    ),
    Row(
        "Rule 1: a loss of communication never clears a latched alarm",
        by=(
            "test_domain_states::test_no_loss_of_a_detector_clears_an_alarm",
            "test_engine::test_a_fault_never_clears_an_alarm",
            "test_engine_promises::test_no_sequence_of_inputs_breaks_a_promise",
        ),
    ),
    Row(
        "Rule 2: what is disabled or under test measures on, and stays out of the live lane",
        by=(
            "test_domain_states::test_29_a_disabled_point_that_triggers_is_measured_and_raises_nothing",
            "test_domain_states::test_29_a_point_under_test_that_triggers_is_told_as_a_test_and_never_as_an_alarm",
            "test_disablement::test_a_disabled_detector_measures_on_but_is_unknown_to_the_rules",
            "test_walk_test::test_what_is_told_of_a_test_is_in_the_status_lane_and_of_mode_test",
        ),
    ),
    Row(
        "Rule 3: a disablement ends after 8 h unless told otherwise, and after 30 days at most",
        by=(
            "test_disablement::test_a_disablement_is_for_eight_hours_unless_told_otherwise",
            "test_disablement::test_a_disablement_is_for_thirty_days_at_most",
            "test_disablement::test_a_disabled_detector_raises_nothing_and_its_zone_says_so",
        ),
    ),
    Row(
        "Rule 3: a test ends after 2 h",
        by=(
            "test_domain_states::test_30_a_test_is_over_after_two_hours_and_that_is_told",
            "test_walk_test::test_a_test_is_for_two_hours_at_most",
        ),
    ),
    Row(
        "Rule 3: what is disabled is told again every day",
        by=("test_disablement::test_a_disablement_is_told_every_day",),
    ),
    Row(
        "Rule 4: an alarm latches until a person resets it; its restored cause is told before",
        by=(
            "test_domain_states::test_an_alarm_stays_after_its_cause_has_gone_until_a_person_resets_it",
            "test_messages::test_a_latched_alarm_whose_cause_has_gone_is_no_restore",
            "test_control::test_each_group_has_its_rights_and_no_more",
        ),
    ),
    Row(
        "Rule 5: fire, gas, pre-alarm, supervisory, fault, disablement, test, in this order",
        by=(
            "test_domain_states::test_the_conditions_of_a_fire_panel_are_all_there_and_ordered_by_gravity",
            "test_domain_states::test_the_present_lists_every_condition_of_a_zone_gravest_first",
            "test_messages_state::test_the_gravest_condition_comes_first",
        ),
    ),
    Row(
        "Rule 5: a new alarm is sent before any backlog, and in order within its lane",
        by=(
            "test_delivery::test_an_alarm_overtakes_a_full_backlog_through_the_place_kept_for_it",
            "test_delivery::test_trouble_goes_before_status_but_leaves_it_a_place",
            "test_uplink_content::test_the_alarm_goes_first_of_what_was_committed_together",
            "test_uplink::test_an_alarm_overtakes_a_backlog_of_a_thousand",
        ),
    ),
    Row(
        "Rule 5: among waiting alarms a fire is sent before gas, and gas before a pre-alarm",
        out_of_scope="Not so: the three share the lane of alarms, which is numbered and sent in the order in "
        "which it happened; likewise supervisory, faults and disablements theirs.",
    ),
    Row(
        "Rule 6: a second alarm of the same point within 5 s is the same incident",
        by=(
            "test_domain_states::test_a_second_alarm_of_a_point_while_the_first_is_latched_is_the_same_incident",
        ),
    ),
    Row(
        "Rule 6: the same of an alarm that does not latch",
        out_of_scope="Missing: a pre-alarm, or an alarm with `latching: false`, that comes back is a new "
        "incident however soon it comes.",
    ),
    Row(
        "Rule 6: a point that alarms more than 6 times a minute is a fault",
        by=(
            "test_device_says::test_43_a_contact_that_becomes_active_twenty_times_a_minute_is_a_fault",
            "test_device_says::test_a_contact_that_becomes_active_six_times_a_minute_is_none",
        ),
    ),
    Row(
        "Rule 7: what is sent late is historical and has its original time",
        by=(
            "test_delivery::test_old_news_is_historical_and_fresh_news_is_not_even_after_a_reconnection",
            "test_delivery::test_what_an_earlier_process_left_is_historical",
            "test_uplink::test_what_an_earlier_process_left_arrives_as_historical",
        ),
    ),
    Row(
        "Rule 7: events are never retained, and historical ones call nobody",
        out_of_scope="The first is gateway.uplink.mqtt_path's, which retains only states, inventory and "
        "presence; the second the centre's.",
    ),
    Row(
        "States of the gateway: starting, quiet, degraded, fault",
        by=("test_messages_state::test_a_site_that_cannot_see_is_never_called_quiescent",),
    ),
    Row(
        "States of the gateway: maintenance",
        out_of_scope="No state of its own: disablements and tests stand as conditions instead.",
    ),
    Row(
        "States of a path: up, down",
        by=("test_uplink::test_the_paths_say_how_they_are",),
    ),
    Row(
        "States of a path: degraded, disabled",
        out_of_scope="Missing: a path is connected or not, and no order takes one out of service.",
    ),
    Row(
        "States of the centre: online, offline",
        by=(
            "test_path_probe::test_an_answer_proves_the_path_and_tells_how_long_it_took",
            "test_uplink_centre::test_a_path_that_the_centre_does_not_answer_on_loses_preference_and_regains_it",
        ),
    ),
    Row(
        "Access levels: to see, to operate and to administer are rights of three groups",
        by=("test_control::test_each_group_has_its_rights_and_no_more",),
    ),
    Row(
        "Access levels: 3 configures, 4 installs programs and keys",
        out_of_scope="The rights of Linux on files decide it: firegw has no order that does either.",
    ),
    Row(
        "Access levels: every act of level 2 is an event that names the person",
        by=("test_domain_states::test_every_act_at_the_gateway_is_an_event_that_names_the_person",),
    ),
    Row(
        "Access levels: another configuration is an event, 306",
        by=(
            "test_domain_states::test_each_notice_that_the_contract_promises_is_made_by_something",
            "test_messages_contact_id::test_notices_have_codes_that_are_no_alarms",
        ),
    ),
)

TRIALS: Final = (
    Row(
        "Trial 1: a contact that closes for 50 ms is no alarm, for 150 ms it is one",
        by=(
            "test_domain_inputs::test_1_a_contact_that_closes_for_50_ms_is_no_alarm_and_for_150_ms_is_one",
            "test_gpio_debounce::test_a_closure_of_50_ms_is_no_change_and_one_of_150_ms_is",
            "test_gpio_bus::test_a_pulse_shorter_than_the_debounce_time_is_told_to_nobody",
            "test_gpio_lines::test_trial_1_a_contact_that_closes_for_50_ms_is_no_alarm_and_for_150_ms_is_one",
        ),
    ),
    Row(
        "Trial 12: a line with A and B swapped: a fault of each detector within 10 s, told within 100 s, and no value",
        by=(
            "test_field_devices::test_12_a_line_on_which_nobody_understands_is_a_fault_of_each_detector",
            "test_supervision::test_two_failures_are_a_fault_when_nothing_good_came_for_ten_seconds",
            "test_domain_states::test_a_detector_at_fault_has_no_value_and_its_zone_is_not_called_protected",
        ),
    ),
    Row(
        "Trial 12: a line that is unplugged: a fault within 10 s, told within 100 s, and no value",
        by=(
            "test_field_devices::test_12_a_line_that_is_unplugged_is_a_fault_and_its_values_are_known_no_more",
            "test_modbus_rtu::test_a_port_that_is_unplugged_is_a_line_down_until_it_is_back",
            "test_hot_plug::test_a_hundred_times_unplugged_and_back_are_one_fault_and_one_recovery_each",
        ),
    ),
    Row(
        "Trial 13: two dead units of sixteen: the alarm of a healthy one within 5 s",
        by=(
            "test_field_devices::test_13_with_two_of_sixteen_dead_the_alarm_of_a_healthy_one_is_there_within_five_seconds",
            "test_schedule::test_13_with_two_dead_of_sixteen_alarm_points_each_healthy_one_is_asked_within_5_s",
            "test_schedule::test_ten_dead_of_sixty_units_leave_the_living_their_periods",
            "test_modbus_full_line::test_with_10_of_60_units_dead_the_living_keep_their_periods_within_a_tenth",
        ),
    ),
    Row(
        "Trial 14: a bad CRC, a cut answer, another unit's, exceptions 02, 04 and 06: refused, counted, and no value",
        by=(
            "test_modbus_rtu::test_what_is_no_answer_is_a_failed_poll_that_says_why_and_never_a_value",
            "test_modbus_tcp::test_what_is_no_answer_is_a_failed_poll_that_says_why_and_never_a_value",
            "test_daemon_modbus::test_bad_answers_are_counted_and_told_when_they_persist_and_are_never_values",
            "test_modbus_answer::test_whatever_comes_only_a_sound_frame_of_the_right_unit_and_function_is_taken",
            "test_modbus_bit_errors::test_no_wrong_value_is_taken_and_the_failures_counted_are_those_that_were_made",
        ),
    ),
    Row(
        "Trial 14: a late answer to the previous question: no value of the next",
        by=(
            "test_modbus_rtu::test_a_late_answer_is_not_the_answer_to_the_next_question",
            "test_modbus_rtu::test_a_late_answer_does_not_bring_an_old_value",
            "test_modbus_tcp::test_a_late_answer_is_known_by_its_number_and_holds_up_nothing",
            "test_modbus_answer::test_the_late_answer_of_the_previous_unit_is_not_this_one_s",
        ),
    ),
    Row(
        "Trial 15: an inverted bit is an alarm at 0",
        by=(
            "test_modbus_station::test_15_an_inverted_bit_that_is_0_is_the_alarm",
            "test_domain_inputs::test_15_of_an_inverted_alarm_bit_zero_raises_the_alarm",
            "test_supervision_domain::test_15_of_an_inverted_bit_zero_is_the_alarm",
        ),
    ),
    Row(
        "Trial 16: a device that says inhibit and sends a frozen value raises nothing",
        by=(
            "test_device_says::test_16_and_17_what_a_device_says_of_itself_is_a_fault_with_its_first_answer",
            "test_device_says::test_16_a_frozen_value_behind_an_inhibit_raises_nothing",
            "test_modbus_station::test_16_an_inhibited_device_gives_no_value_though_it_goes_on_sending_50",
            "test_field_devices::test_16_a_device_in_inhibit_is_a_fault_and_what_it_goes_on_sending_is_no_value",
        ),
    ),
    Row(
        "Trial 17: a heartbeat register that does not advance is a fault within 15 s",
        by=(
            "test_modbus_station::test_17_a_heartbeat_that_is_frozen_is_a_fault_within_15_s_though_reads_succeed",
            "test_modbus_station::test_17_the_15_s_are_not_made_16_by_an_answer_that_comes_a_little_sooner_than_others",
            "test_profiles::test_17_a_sensepoint_whose_heartbeat_stands_still_is_a_fault_within_15_s",
            "test_device_says::test_16_and_17_what_a_device_says_of_itself_is_a_fault_with_its_first_answer",
            "test_field_devices::test_17_a_heartbeat_that_stands_still_is_a_fault_within_15_s_though_reads_succeed",
        ),
    ),
    Row(
        "Trial 18: where a manual gives a fault as two bits, both count and each can be moved",
        by=(
            "test_domain_inputs::test_18_where_manuals_contradict_each_other_either_fault_bit_counts_and_each_can_be_moved",
            "test_domain_inputs::test_18_what_a_device_says_is_wrong_with_it_is_a_fault_at_once",
            "test_supervision_domain::test_18_either_of_two_fault_bits_is_a_fault_of_the_device",
            "test_modbus_station::test_18_of_bits_of_which_the_manual_says_both_each_is_a_fault",
        ),
    ),
    Row(
        "Trial 19: 3.5, 3.7, 12, 20.6, 21.2 and 0 mA",
        by=(
            "test_domain_inputs::test_19_each_current_of_a_loop_is_a_value_or_a_fault_to_the_rules",
            "test_supervision_domain::test_19_the_currents_of_namur_ne_43",
            "test_supervision_domain::test_each_edge_of_the_bands_for_each_hazardous_side",
        ),
    ),
    Row(
        "Trial 20: an end-of-line resistor gives five distinct results",
        by=(
            "test_domain_inputs::test_20_the_five_results_of_a_supervised_loop_are_five_to_the_rules",
            "test_supervision_domain::test_20_a_supervised_loop_has_five_distinct_results",
            "test_supervision_domain::test_each_edge_of_the_bands_of_a_supervised_loop",
        ),
    ),
    Row(
        "Trial 21: frames of a dust sensor with a wrong sum, begun in the middle, or of length 0x14",
        by=(
            "test_serial_codec::test_a_pms_frame_with_a_wrong_sum_gives_no_value_and_the_next_frame_does",
            "test_serial_codec::test_a_pms_stream_joined_in_the_middle_of_a_frame_is_in_step_with_the_next",
            "test_serial_codec::test_pms_frames_of_length_0x14_between_those_of_a_pms5003_are_passed_over",
            "test_serial_garbled::test_the_frames_of_a_garbled_stream_are_those_of_the_definition",
            "test_serial_bus::test_a_bad_frame_is_never_a_value_and_the_next_good_one_is",
        ),
    ),
    Row(
        "Trial 22: the answer of an MH-Z19B is 650 ppm",
        by=(
            "test_serial_codec::test_the_answer_of_an_mh_z19b_in_its_datasheet_is_650_ppm",
            "test_profiles::test_a_serial_sensor_is_read_as_its_maker_says",
        ),
    ),
    Row(
        "Trial 23: the answer of an S8 is 904 ppm, and with another frame's checksum it is none",
        by=(
            "test_modbus_answer::test_frames_of_real_devices_give_their_values",
            "test_modbus_answer::test_a_real_frame_with_another_frame_s_checksum_is_refused",
            "test_profiles::test_a_modbus_device_is_read_as_its_maker_says",
        ),
    ),
    Row(
        "Trial 24: carbon monoxide of 30, 50, 100 and 300 ppm",
        by=(
            "test_domain_gas::test_24_thirty_ppm_raise_no_alarm_within_120_minutes",
            "test_domain_gas::test_24_more_carbon_monoxide_alarms_within_its_window",
            "test_window_dose::test_the_alarm_comes_in_the_time_that_the_standard_gives",
        ),
    ),
    Row(
        "Trial 25: class A1R at 10 K/min, at a crawl to 53 °C, and a static class by 65 °C",
        by=(
            "test_domain_heat::test_25_ten_kelvin_a_minute_from_25_degrees_alarms_class_a1r_in_its_window",
            "test_domain_heat::test_25_a_crawl_to_53_degrees_alarms_nobody_and_58_degrees_do_before_65",
        ),
    ),
    Row(
        "Trial 26: a second detector within and after the window",
        by=(
            "test_domain_coincidence::test_26_a_second_detector_within_the_window_makes_it_a_fire_alarm",
            "test_domain_coincidence::test_26_a_first_alarm_alone_is_shown_for_five_minutes_and_then_expires",
            "test_evaluation_memory::test_a_second_detector_within_five_minutes_makes_a_coincidence_and_not_after",
        ),
    ),
    Row(
        "Trial 27: coincidence of type C with one detector",
        by=(
            "test_domain_coincidence::test_27_one_detector_is_an_alarm_at_once_and_the_outputs_wait_for_the_second",
        ),
    ),
    Row(
        "Trial 28: a delay of 30 s and a manual call point",
        by=(
            "test_domain_coincidence::test_28_a_delay_of_30_s_is_a_disablement_that_stands_during_the_fire_too",
            "test_domain_coincidence::test_28_a_manual_call_point_overrides_a_delay_that_runs",
        ),
    ),
    Row(
        "Trial 29: a point that is disabled or under test triggers",
        by=(
            "test_domain_states::test_29_a_disabled_point_that_triggers_is_measured_and_raises_nothing",
            "test_domain_states::test_29_a_point_under_test_that_triggers_is_told_as_a_test_and_never_as_an_alarm",
            "test_messages::test_what_a_test_raises_cannot_be_taken_for_what_is_in_earnest",
            "test_daemon_out_of_service::test_what_a_test_raises_comes_as_a_test_in_the_lane_of_the_least_and_nowhere_else",
        ),
    ),
    Row(
        "Trial 30: a test expires after 2 h and that is told",
        by=("test_domain_states::test_30_a_test_is_over_after_two_hours_and_that_is_told",),
    ),
    Row(
        "Trial 31: a reboot with a latched alarm",
        by=(
            "test_domain_restart::test_31_a_latched_alarm_is_told_after_a_reboot_as_still_there_with_its_original_time",
            "test_daemon_store::test_a_latched_alarm_stands_again_after_a_restart_with_its_siren_set_before_the_first_poll",
        ),
    ),
    Row(
        "Trial 35: a configuration with an unknown key, a bad register and a double id: refused as a whole, with the lines, in both languages",
        by=(
            "test_apply::test_35_an_unknown_key_a_bad_register_and_a_double_id_are_refused_in_one_go",
            "test_apply::test_a_file_with_five_mistakes_shows_all_five_and_changes_nothing",
        ),
    ),
    Row(
        "Trial 36: a technician edits while an alarm is active: its latch is kept, and the siren sounds on",
        by=(
            "test_apply::test_36_a_technician_edits_while_an_alarm_sounds_and_neither_latch_nor_siren_is_lost",
            "test_succession::test_a_technician_edits_while_an_alarm_is_active_and_its_latch_is_kept",
            "test_succession::test_no_other_configuration_loses_a_latched_alarm_or_ends_what_sounds",
            "test_succession::test_to_take_up_the_same_configuration_changes_nothing_then_or_later",
        ),
    ),
    Row(
        "Trial 43: a contact that chatters 20 times a minute: the first alarm, then a fault, and no storm",
        by=(
            "test_device_says::test_43_a_contact_that_chatters_sends_its_first_alarm_and_no_storm",
            "test_device_says::test_43_a_contact_that_becomes_active_twenty_times_a_minute_is_a_fault",
        ),
    ),
    Row(
        "Trial 44: the whole gateway at ten inputs a second: memory flat, nothing leaks, polls keep their raster",
        out_of_scope="`make soak` lets it live for an hour and judges it; for 72 hours: "
        "`soak.run daemon --minutes 4320`.",
    ),
)

SUPERVISION: Final = (
    Row(
        "Supervision: a device is read every second unless told otherwise, and every 30 s at least",
        by=(
            "test_domain_timing::test_no_detector_is_read_less_often_than_every_30_s_nor_believed_for_longer_than_100_s",
            "test_schedule::test_on_a_line_with_room_each_device_is_asked_once_in_each_period_without_drift",
            "test_wake::test_turns_keep_their_raster_whatever_stalls",
        ),
    ),
    Row(
        "Supervision: three failed polls, or 10 s, are a fault of communication, told within 100 s",
        by=(
            "test_supervision::test_the_third_failure_in_a_row_is_a_fault_and_the_fourth_is_no_news",
            "test_supervision::test_two_failures_are_a_fault_when_nothing_good_came_for_ten_seconds",
            "test_domain_timing::test_a_detector_that_is_lost_is_a_fault_within_100_s_however_seldom_it_is_read",
            "test_field_devices::test_12_a_line_on_which_nobody_understands_is_a_fault_of_each_detector",
        ),
    ),
    Row(
        "Supervision: a device with a heartbeat register: a fault after three of its periods",
        by=(
            "test_profiles::test_17_a_sensepoint_whose_heartbeat_stands_still_is_a_fault_within_15_s",
            "test_modbus_station::test_a_heartbeat_that_advances_every_5_s_never_stands_still_however_often_it_is_asked",
            "test_modbus_station::test_no_silence_counts_for_more_than_a_third_and_time_that_was_read_counts_whole",
        ),
    ),
    Row(
        "Supervision: a sensor that sends by itself: a fault after 5 to 10 s of silence",
        by=(
            "test_serial_bus::test_a_sensor_that_sends_nothing_has_failed_and_recovers",
            "test_timing::test_a_streaming_sensor_is_waited_for_until_it_would_count_as_silent",
            "test_supervision::test_two_failures_are_a_fault_when_nothing_good_came_for_ten_seconds",
        ),
    ),
)

ROWS: Final = (*PANEL, *DETECTORS, *BUDGET, *STATES_AND_RULES, *TRIALS, *SUPERVISION)
