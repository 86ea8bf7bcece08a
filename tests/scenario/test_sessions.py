"""Sessions: what a reset, a restart or a dead peer may and may not do."""

import unittest

from common import ScenarioCase, World, one_collector, mrt, WATCHED

SPARE_RIBS = ["00:00", "04:00"]


class StateMessages(ScenarioCase):
    """RIS style: the collector logs state changes."""

    def test_reset_of_all_sessions(self):
        w, c = one_collector(style="ris")
        w.reset("01:30:00", c.peer_list, down=90)
        rep = self.find(w)
        self.assert_none(rep)
        self.assertEqual(rep.collector("rrc00")["session_resets"], 10)

    def test_every_exit_from_established(self):
        """Seven sessions leave ESTABLISHED, each to another state, for eleven
        minutes (too short to look stale); what they last said must not
        outvote the other three."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        for i, state in enumerate((mrt.IDLE, mrt.CONNECT, mrt.ACTIVE,
                                   mrt.OPENSENT, mrt.OPENCONFIRM,
                                   mrt.CLEARING)):
            w.session_down("01:00:00", c.peer_list[i], new_state=state)
        w.session_down("01:00:00", c.peer_list[6], new_state=mrt.DELETED)
        for p in c.peer_list[:7]:
            w.session_up("01:11:00", p)
        w.outage("01:05:00", "01:09:00", peers=c.peer_list[7:])
        rep = self.find(w)
        self.assert_windows(rep, [("01:05:01", "01:09:01")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 3)

    def test_other_transitions_are_no_exit(self):
        """The losing half of a connection collision, for the same address:
        1->8, 3->8, 4->1, 2->1 say nothing about the session that stands."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        for p in c.peer_list:
            for i, (old, new) in enumerate(((1, 8), (3, 8), (4, 1), (2, 1))):
                c.raw("01:00:%02d" % i, mrt.state_change(
                    w.t("01:00:%02d" % i), p.asn, p.ip, c.asn,
                    c.local_ip(p), old, new), p)
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 10)
        self.assertEqual(rep.outages[0]["unknown"], 0)
        self.assertEqual(rep.collector("rrc00")["session_resets"], 0)

    def test_state_records_without_a_peer(self):
        """A stopping FRR's record (AS 0, no addresses), Zebra's of 8 bytes:
        of no known peer, so about no known peer."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        for i, old in enumerate((6, 6, 3)):
            t = w.t("01:00:00") + i
            c.raw(t, mrt.state_change_headless(t, old, 1))
            c.raw(t, mrt.state_change_headless(t, old, 1, as4=False))
        w.outage("01:30:00", "02:10:00")
        rep = self.find(w, damaged=None)
        self.assert_windows(rep, [("01:30:05", "02:10:04")])

    def test_openbgpd_swaps_the_ends(self):
        """OpenBGPD's loss record: the collector in the peer fields, 2-byte AS
        numbers, the session only to be told by the local address."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS, states=False,
                             et=True)
        w.die("01:00:00", c.peer_list[:6])
        for p in c.peer_list[:6]:
            t = w.t("01:00:00")
            c.raw(t, mrt.state_change(t, c.asn, c.local_ip(p), p.asn, p.ip,
                                      6, 1, as4=False, et=True), p)
            w.session_up("01:11:00", p)
        w.outage("01:05:00", "01:09:00", peers=c.peer_list[6:])
        rep = self.find(w)
        self.assert_windows(rep, [("01:05:02", "01:09:01")])

    def test_lost_in_the_new_session(self):
        """The sessions come back with End-of-RIB and without the prefixes:
        absent from then on, known up to the loss of the sessions."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        w.reset("01:00:00", c.peer_list, down=300, transfer=30)
        w.outage("01:02:00", "01:40:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:05:00", "01:05:40"), "01:40:04")])
        self.assert_between(rep.outages[0]["start_earliest"], "00:59:50",
                            "01:00:00")

    def test_lost_in_the_new_session_without_end_of_rib(self):
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        w.reset("01:00:00", c.peer_list, down=300, transfer=30, eor=False)
        w.outage("01:02:00", "01:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:05:30", "01:25:00"), "01:50:04")])
        self.assert_between(rep.outages[0]["start_earliest"], "00:59:50",
                            "01:00:00")

    def test_slow_transfer(self):
        """Four minutes of table, the watched prefixes at its very end."""
        w, c = one_collector(style="ris")
        w.reset("01:30:00", c.peer_list, down=10, transfer=240, last=WATCHED)
        self.assert_none(self.find(w))

    def test_slow_transfer_without_end_of_rib(self):
        w, c = one_collector(style="ris")
        w.reset("01:30:00", c.peer_list, down=10, transfer=240, last=WATCHED,
                eor=False)
        self.assert_none(self.find(w))

    def test_wave_of_resets(self):
        """One session after the other, each away for ten minutes: up to
        seven are away at once."""
        w, c = one_collector(style="ris")
        w.reset("01:00:00", c.peer_list, down=600, step=90)
        self.assert_none(self.find(w))

    def test_reset_during_an_outage(self):
        """Down, unknown, down again: one window, and the report says for how
        long nothing was known."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        w.outage("01:30:00", "02:30:00")
        w.reset("02:00:00", c.peer_list, down=60, transfer=30)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", "02:30:04")])
        self.assertTrue(60 <= rep.outages[0]["unknown"] <= 120,
                        rep.outages[0]["unknown"])

    def test_restored_while_sessions_were_down(self):
        """The prefixes come back in the transfer: up from the restatement,
        last known down when the sessions went."""
        w, c = one_collector(style="ris", ribs=SPARE_RIBS)
        w.outage("01:30:00", "02:01:00")
        w.reset("02:00:00", c.peer_list, down=300, transfer=30)
        rep = self.find(w)
        self.assert_windows(rep, [("01:30:05", ("02:05:00", "02:05:30"))])
        self.assert_between(rep.outages[0]["end_earliest"], "01:59:50",
                            "02:00:00")


class NoStateMessages(ScenarioCase):
    """RouteViews style: silence, bursts and RIBs are all there is."""

    def test_reset_restates_everything(self):
        w, c = one_collector()
        w.reset("01:30:00", c.peer_list, down=120)
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        self.assertEqual(rep.collector("route-views2")["session_resets"], 10)

    def test_lost_in_the_new_session(self):
        w, c = one_collector(ribs=SPARE_RIBS)
        w.reset("01:00:00", c.peer_list, down=300, transfer=30)
        w.outage("01:02:00", "01:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:00:00", "01:10:00"), "01:50:04")])
        self.assert_between(rep.outages[0]["start_earliest"], "00:58:00",
                            "01:06:00")

    def test_lost_in_the_new_session_without_end_of_rib(self):
        w, c = one_collector(ribs=SPARE_RIBS)
        w.reset("01:00:00", c.peer_list, down=300, transfer=30, eor=False)
        w.outage("01:02:00", "01:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("01:00:00", "01:20:00"), "01:50:04")])

    def test_slow_transfer(self):
        w, c = one_collector()
        w.reset("01:30:00", c.peer_list, down=60, transfer=240, last=WATCHED)
        self.assert_none(self.find(w))

    def test_whole_collector_restarts(self):
        """Fifty minutes of no collector, an odd first file, ten transfers,
        not one state message."""
        w, c = one_collector(ribs=SPARE_RIBS)
        c.stop("01:10:00")
        c.start("02:03:00")
        w.outage("02:30:00", "02:50:00")
        rep = self.find(w)
        self.assert_windows(rep, [("02:30:05", "02:50:04")])
        gaps = [g for g in rep.gaps("route-views2")]
        self.assertTrue(gaps)
        self.assertTrue(w.t("01:09") <= gaps[0][0] <= w.t("01:16"), gaps)
        self.assertTrue(w.t("01:59") <= gaps[-1][1] <= w.t("02:04"), gaps)

    def test_outage_begins_while_the_collector_is_away(self):
        w, c = one_collector(ribs=SPARE_RIBS)
        c.stop("01:10:00")
        c.start("02:03:00")
        w.outage("01:30:00", "02:40:00")
        rep = self.find(w)
        self.assert_windows(rep, [(("02:02:00", "02:10:00"), "02:40:04")])
        self.assert_between(rep.outages[0]["start_earliest"], "01:08:00",
                            "01:15:01")

    def test_dead_peers_hold_nothing_up(self):
        """Six of ten die without a word; fifty minutes later the living four
        lose the prefixes."""
        w, c = one_collector(ribs=SPARE_RIBS)
        w.die("01:30:00", c.peer_list[:6])
        w.outage("02:20:00", "03:00:00", peers=c.peer_list[6:])
        rep = self.find(w)
        self.assert_windows(rep, [("02:20:02", "03:00:01")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 4)

    def test_dead_peers_are_dated_back(self):
        """The living lose the prefixes two minutes after the six died: no
        silence is long enough yet, but it becomes so later."""
        w, c = one_collector(ribs=SPARE_RIBS)
        w.die("01:30:00", c.peer_list[:6])
        w.outage("01:32:00", "01:50:00", peers=c.peer_list[6:])
        rep = self.find(w)
        self.assert_windows(rep, [("01:32:02", "01:50:01")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 4)

    def test_dead_peers_without_a_later_rib(self):
        """Only their own silence can tell that the six are dead."""
        w, c = one_collector(ribs=["00:00"])
        w.die("01:30:00", c.peer_list[:6])
        w.outage("01:32:00", "01:50:00", peers=c.peer_list[6:])
        rep = self.find(w)
        self.assert_windows(rep, [("01:32:02", "01:50:01")])
        self.assertEqual(rep.outages[0]["peers"]["voting"], 4)
        stale = rep.json["coverage"]["collectors"][0]["stale_sessions"]
        self.assertEqual(stale, 6)

    def test_dead_peers_do_not_die_of_it(self):
        """Dead peers alone are no outage, nor is their return."""
        w, c = one_collector(ribs=SPARE_RIBS)
        w.die("01:30:00", c.peer_list[:6])
        for p in c.peer_list[:6]:
            w.session_up("02:45:00", p)
        self.assert_none(self.find(w))

    def test_quiet_by_habit_is_not_stale(self):
        """Six peers speak every ninety minutes and are as alive as any: they
        keep the prefixes while the four talkative ones lose them."""
        w = World()
        c = w.collector("route-views2", ribs=SPARE_RIBS)
        quiet = c.peers(6, chatter=None)
        lose = c.peers(4)
        for p in quiet:
            for when in ("00:20:00", "01:50:00", "03:20:00"):
                prefix, origin = w.fillers[4][7]
                w.announce(when, prefixes=[prefix], peers=[p], origin=origin)
        w.outage("01:00:00", "01:40:00", peers=lose)
        self.assert_none(self.find(w))

    def test_pauses_by_habit_are_not_stale(self):
        """Six talkative peers once paused for twelve minutes, so a pause of
        twenty-five is no death, and their routes count all the time."""
        w, c = one_collector(ribs=["00:00"])
        w.mute("01:00:00", c.peer_list[:6], "01:12:00")
        w.mute("02:00:00", c.peer_list[:6], "02:25:00")
        w.outage("02:03:00", "02:06:00", peers=c.peer_list[6:])
        rep = self.find(w)
        self.assert_none(rep)
        stale = rep.json["coverage"]["collectors"][0]["stale_sessions"]
        self.assertEqual(stale, 0)

    def test_silence_of_a_few_minutes_is_not_stale(self):
        """Six talkative peers pause for eight minutes, while the other four
        lose the prefixes for three of these."""
        w, c = one_collector(ribs=SPARE_RIBS)
        w.mute("02:00:00", c.peer_list[:6], "02:08:00")
        w.outage("02:03:00", "02:06:00", peers=c.peer_list[6:])
        self.assert_none(self.find(w))

    def test_a_rib_is_a_word(self):
        """Six peers are silent from 01:15 to 02:08, but the RIB of 02:00
        lists their tables: when the others lose the prefixes at 02:03, the
        six are known to carry them."""
        w, c = one_collector(ribs=["00:00", "02:00", "04:00"])
        w.mute("01:15:00", c.peer_list[:6], "02:08:00")
        w.outage("02:03:00", "02:06:00", peers=c.peer_list[6:])
        self.assert_none(self.find(w))

    def test_rib_lists_a_down_peer_without_a_table(self):
        """Six sessions are away when the RIB is written: their absence from
        it is no withdrawal."""
        w, c = one_collector()
        w.die("01:58:00", c.peer_list[:6])
        for p in c.peer_list[:6]:
            w.session_up("02:05:00", p)
        w.outage("02:40:00", "03:00:00")
        self.assert_windows(self.find(w), [("02:40:05", "03:00:04")])

    def test_end_of_rib_alone_is_nothing(self):
        """A lone End-of-RIB withdraws nothing and ends no session."""
        w, c = one_collector(world_options={"v6": True})
        for p in c.peer_list:
            for i, (fam, mp) in enumerate(((4, False), (4, True), (6, True))):
                w.at(w.t("01:30:00") + i, lambda now, p=p, fam=fam, mp=mp:
                     p.say_eor(now, fam, mp), None)
        rep = self.find(w)
        self.assert_none(rep)
        self.assertEqual(rep.collector("route-views2")["session_resets"], 0)


if __name__ == "__main__":
    unittest.main()
