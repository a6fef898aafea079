//! The laws of lines, claims and plans, on the SQL itself.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::engine::effect::Effects;
use crate::engine::effect::delivery::NewDelivery;
use crate::model::delivery::{Again, EndReason};
use crate::model::depth::Depth;
use crate::model::id::RuleName;
use crate::model::key::MessageKey;
use crate::model::kind::Kind;
use crate::model::message::{Content, Format, InboundMessage};
use crate::model::reply::Reply;
use crate::store::sqlite::outbox::*;
use crate::store::sqlite::record::record;
use crate::store::sqlite::schema;
use crate::store::{Claimed, Finish, Held, Recorded};

const LEASE: SignedDuration = SignedDuration::from_secs(60);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn user(id: u64) -> UserId {
    UserId::new(id).unwrap()
}

fn opened() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let db = schema::open(&folder.path().join("db")).unwrap();
    (folder, db)
}

/// The `n`th message, which promises one step of `parts` replies.
fn commit(n: u64, sender: u64, received: i64, again: Again, due: i64, parts: usize) -> Commit {
    let (account, sender) = (user(1), user(sender));
    let content = Content::Text(n.to_string());
    let created_at = at(received);
    let message =
        InboundMessage { account, sender, created_at, platform_id: None, format: Format::Json, content };
    let step = NewDelivery {
        rule: RuleName::new("r"),
        step: Some(0),
        again,
        due: at(due),
        expires: at(172_800),
        unless_replied: false,
        unless_answered_by: Vec::new(),
        single: false,
        replies: (0..parts).map(|part| Reply::Text(format!("{n}.{part}"))).collect(),
    };
    Commit {
        key: MessageKey::of(&message),
        account,
        sender,
        kind: Kind::Text,
        received_at: created_at,
        answer: None,
        effects: Effects { deliveries: vec![step], ..Effects::default() },
    }
}

#[test]
fn a_damaged_row_ends_alone_and_stops_nobody_else() {
    let (_folder, db) = opened();
    for sender in [1, 2] {
        record(&db, &commit(sender, sender, 0, Again::Add, 10, 1)).unwrap();
    }
    db.execute("UPDATE deliveries SET reply = '{' WHERE sender = '1'", []).unwrap();
    let claimed = claim(&db, at(10), 9, LEASE, &Held::default()).unwrap();
    assert_eq!(claimed.iter().map(|claimed| claimed.delivery.sender).collect::<Vec<_>>(), [user(2)]);
    let ended =
        "SELECT count(*) FROM deliveries WHERE sender = '1' AND state = 'failed' AND reason = 'unreadable'";
    assert_eq!(db.query_row(ended, [], |row| row.get::<_, u32>(0)), Ok(1));
}

/// Urgent texts of now that no message promised.
fn say(db: &Connection, sender: u64, now: i64, parts: usize) {
    for part in 0..parts as i64 {
        let mut insert = db
            .prepare_cached(
                "INSERT INTO deliveries (account, sender, rule, step, part, state, due, created, expires, single,
                   unless_replied, reply, urgent)
                 VALUES ('1', ?1, '', NULL, ?2, 'scheduled', ?3, ?3, ?4, 0, 0, '{\"text\":\"said\"}', 1)",
            )
            .unwrap();
        insert.execute(params![user(sender), part, At(at(now)), At(at(172_800))]).unwrap();
    }
    line_up(db, user(1), user(sender), None).unwrap();
}

#[test]
fn what_no_message_promised_ends_and_is_put_off_and_forgotten_by_itself() {
    let (_folder, db) = opened();
    for (sender, second) in [(1, 0), (1, 1), (2, 0)] {
        say(&db, sender, second, 3);
    }
    let due = |sender| -> Vec<_> {
        let open = open_in_line(&db, user(1), user(sender)).unwrap();
        open.into_iter().map(|open| (open.created, open.due)).collect()
    };
    let first = claim(&db, at(1), 1, LEASE, &Held::default()).unwrap().remove(0);
    assert!(finish(&db, first.delivery.id, first.delivery.attempt, Finish::Postpone(at(60)), at(1)).unwrap());
    assert_eq!(due(1), [[(at(1), at(1)); 3], [(at(0), at(60)); 3]].concat(), "its own later parts alone");
    assert_eq!(due(2), [(at(0), at(0)); 3], "and nobody else's");
    let claimed = claim(&db, at(2), 9, LEASE, &Held::default()).unwrap();
    let second = claimed.iter().find(|claimed| claimed.delivery.sender == user(1)).unwrap();
    let refused = Finish::End(EndReason::Refused, None);
    assert!(finish(&db, second.delivery.id, second.delivery.attempt, refused, at(2)).unwrap());
    assert_eq!((due(1), due(2).len()), (vec![(at(0), at(60)); 3], 3));
    assert_eq!(forget_deliveries_to(&db, user(1)), Ok(6));
    assert_eq!((due(1).len(), due(2).len()), (0, 3));
}

#[test]
fn what_is_urgent_goes_before_what_waits_for_its_retry_and_not_into_what_is_being_sent() {
    let (_folder, db) = opened();
    record(&db, &commit(1, 7, 0, Again::Add, 10, 1)).unwrap();
    let text =
        |claimed: &[Claimed]| claimed.iter().map(|one| one.delivery.reply.rendered()).collect::<Vec<_>>();
    let first = claim(&db, at(10), 9, LEASE, &Held::default()).unwrap();
    say(&db, 7, 11, 1);
    assert_eq!(text(&claim(&db, at(11), 9, LEASE, &Held::default()).unwrap()), Vec::<String>::new());
    let again = Finish::RetryAt(at(600), Some(10001));
    assert!(finish(&db, first[0].delivery.id, first[0].delivery.attempt, again, at(12)).unwrap());
    let said = claim(&db, at(12), 9, LEASE, &Held::default()).unwrap();
    assert_eq!(text(&said), ["said"]);
    let sent = Finish::End(EndReason::Sent, None);
    assert!(finish(&db, said[0].delivery.id, said[0].delivery.attempt, sent, at(13)).unwrap());
    assert_eq!(text(&claim(&db, at(13), 9, LEASE, &Held::default()).unwrap()), ["1.0"]);
}

/// `pending` senders of five accounts, the first hundred of them due and the others an hour later.
fn fill(db: &Connection, pending: u32) {
    db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
         INSERT INTO deliveries (message, account, sender, rule, step, part, state, claimable_at, due, created, expires,
           single, unless_replied, reply)
         SELECT i, CAST(1 + i % 5 AS TEXT), CAST(1 + i AS TEXT), 'r', 0, 0, 'scheduled', ?2 + iif(i < 100, 0, 3600000 + i),
           ?2 + iif(i < 100, 0, 3600000 + i), ?2, ?2 + 172800000, 0, 0, '{\"text\":\"还有什么可以帮您？\"}'
         FROM n",
        params![pending, At(at(0))],
    )
    .unwrap();
}

#[test]
fn the_hot_queries_are_index_lookups() {
    let (_folder, db) = opened();
    for (sql, parameters) in [
        (IS_PENDING, 5),
        (REPLACE_PENDING, 6),
        (STEP_BACK, 2),
        (STEP_FORWARD, 3),
        (claim::NEXT_ACCOUNT, 1),
        (claim::CLAIM, 4),
        (finish::RUNNING, 2),
        (finish::RUNNING_UNTIL, 1),
        (finish::END, 5),
        (finish::END_LATER_PARTS, 5),
        (look::OPEN_IN_LINE, 2),
    ] {
        let nulls = vec![rusqlite::types::Null; parameters];
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan: Vec<String> = explain
            .query_map(rusqlite::params_from_iter(nulls), |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_>>()
            .unwrap();
        // a step that reads a table, a temporary tree that sorts: neither may be in it
        let reads_all = plan.iter().any(|step| step.starts_with("SCAN") || step.contains("TEMP B-TREE"));
        assert!(!reads_all && !plan.is_empty(), "{sql}\n{plan:#?}");
    }
    for sql in [look::DUE, look::OLDEST] {
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; explain.parameter_count()];
        let plan: Vec<String> = explain
            .query_map(rusqlite::params_from_iter(nulls), |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_>>()
            .unwrap();
        assert!(plan.iter().any(|step| step.contains("deliveries USING COVERING INDEX dues")), "{plan:#?}");
    }
    let mut ended = db.prepare(&format!("EXPLAIN QUERY PLAN {}", look::ENDED_LAST)).unwrap();
    let plan: String = ended.query_row([1], |row| row.get("detail")).unwrap();
    assert!(plan.contains("deliveries_by_end"), "{plan}");
}

#[test]
fn a_claim_and_a_look_cost_the_same_however_much_is_pending() {
    let took = |pending| {
        let (_folder, db) = opened();
        fill(&db, pending);
        let began = Instant::now();
        let claimed = claim(&db, at(1), 100, LEASE, &Held::default()).unwrap();
        let took = began.elapsed();
        assert_eq!(claimed.len(), 100);
        let began = Instant::now();
        let pending_now = depth(&db, at(1)).unwrap();
        assert_eq!((pending_now.pending, pending_now.due), (u64::from(pending), 100));
        let counted = began.elapsed();
        println!("{pending} pending: 100 claimed in {took:?}, counted in {counted:?}");
        took.max(counted)
    };
    let few = took(1_000);
    let many = took(200_000);
    // generous, because the machine is shared; a scan would be hundreds of times slower
    assert!(many < few * 10 + Duration::from_millis(50), "{few:?} became {many:?}");
}

#[test]
fn fans_take_turns_so_that_nobody_waits_for_anothers_long_answer() {
    let db = schema::in_memory().unwrap();
    let text = |claimed: &Claimed| claimed.delivery.reply.rendered();
    for long in [1, 2] {
        record(&db, &commit(long, long, 0, Again::Add, 0, 1_000)).unwrap();
    }
    let (mut sent, mut now) = (Vec::new(), 0);
    while sent.len() < 40 {
        now += 1;
        if now == 10 {
            record(&db, &commit(3, 3, now, Again::Add, now, 3)).unwrap();
        }
        // two a second, as the default rate has it
        for claimed in claim(&db, at(now), 2, LEASE, &Held::default()).unwrap() {
            sent.push(text(&claimed));
            let end = Finish::End(EndReason::Sent, None);
            assert!(finish(&db, claimed.delivery.id, claimed.delivery.attempt, end, at(now)).unwrap());
        }
    }
    let of = |fan: &str| sent.iter().filter(|sent| sent.starts_with(fan)).cloned().collect::<Vec<_>>();
    assert_eq!(of("3."), ["3.0", "3.1", "3.2"]);
    for fan in [1, 2] {
        let own = of(&format!("{fan}."));
        let in_order: Vec<String> = (0..own.len()).map(|part| format!("{fan}.{part}")).collect();
        assert_eq!(own, in_order, "in order within a line");
    }
    let last = sent.iter().position(|sent| sent == "3.2").unwrap();
    assert!(
        last < 2 * 10 + 3 * 4,
        "each of the three waits once for each other fan, or for one more: {sent:?}"
    );
}

#[test]
fn accounts_get_equal_shares_and_a_paused_one_none() {
    let (_folder, db) = opened();
    fill(&db, 100);
    let shares = |claimed: &[Claimed]| {
        let of = |account| claimed.iter().filter(|claimed| claimed.delivery.account == user(account)).count();
        (1..=5).map(of).collect::<Vec<_>>()
    };
    db.execute("DELETE FROM deliveries WHERE account = '2' AND id > 7", []).unwrap();
    let third = Held { named: vec![(user(3), true)], others: false };
    let first = claim(&db, at(1), 12, LEASE, &third).unwrap();
    assert_eq!(first.len(), 12);
    let first = shares(&first);
    assert_eq!((first[1], first[2]), (2, 0), "account 2 has two, 3 is paused: {first:?}");
    assert!([0, 3, 4].iter().all(|account| (3..=4).contains(&first[*account])), "{first:?}");
    let rest = claim(&db, at(1), 1_000, LEASE, &third).unwrap();
    assert_eq!(12 + rest.len(), 62);
    assert_eq!(next_due(&db, &third).unwrap(), Some(at(61)), "when the leases end");
    assert_eq!(next_due(&db, &Held::default()).unwrap(), Some(at(0)));
}

#[derive(Clone, Debug)]
enum Step {
    Record {
        sender: u64,
        again: u8,
        after: i64,
        parts: usize,
    },
    /// Something that no message promised, and that goes first.
    Say {
        sender: u64,
        parts: usize,
    },
    Claim {
        limit: usize,
    },
    Finish {
        which: usize,
        how: u8,
    },
    Wait {
        seconds: i64,
    },
    Crash,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..4u64, 0..3u8, 0..90i64, 1..4usize)
            .prop_map(|(sender, again, after, parts)| Step::Record { sender, again, after, parts }),
        1 => (1..4u64, 1..3usize).prop_map(|(sender, parts)| Step::Say { sender, parts }),
        3 => (1..4usize).prop_map(|limit| Step::Claim { limit }),
        4 => (any::<usize>(), 0..5u8).prop_map(|(which, how)| Step::Finish { which, how }),
        // clocks are set back too
        3 => (-30..90i64).prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::Crash),
    ]
}

/// One of each line can be claimed: the first, or one that was tried before another came earlier; but nothing
/// that is not urgent where something is.
fn assert_lines(db: &Connection) {
    let wrong: i64 = db
        .query_row(
            "SELECT count(*) FROM (
               SELECT count(claimable_at) AS heads,
                 count(*) FILTER (WHERE state = 'running' AND claimable_at IS NULL) AS lost
               FROM deliveries WHERE ended_at IS NULL GROUP BY account, sender) WHERE heads <> 1 OR lost > 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(wrong, 0);
    let miscounted: i64 = db
        .query_row(
            "SELECT count(*) FROM pending WHERE deliveries <>
               (SELECT count(*) FROM deliveries WHERE deliveries.state = pending.state)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(miscounted, 0, "what is pending is counted as it changes");
    let early: i64 = db
        .query_row(
            "SELECT count(*) FROM deliveries AS head WHERE claimable_at IS NOT NULL AND state <> 'running'
               AND EXISTS (SELECT 1 FROM deliveries AS other WHERE other.sender = head.sender
                 AND other.ended_at IS NULL AND (other.urgent > head.urgent OR head.state = 'scheduled'
                   AND (-other.urgent, other.due, other.id) < (-head.urgent, head.due, head.id)))",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(early, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_each_line_has_one_turn(steps in prop::collection::vec(any_step(), 1..60)) {
        let db = schema::in_memory().unwrap();
        let (mut now, mut held) = (1_000, Vec::<Claimed>::new());
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Record { sender, again, after, parts } => {
                    let again = [Again::Restart, Again::Keep, Again::Add][usize::from(again)];
                    let done = record(&db, &commit(n as u64, sender, now, again, now + after, parts));
                    prop_assert_eq!(done.unwrap(), Recorded::First);
                }
                Step::Say { sender, parts } => say(&db, sender, now, parts),
                Step::Claim { limit } => {
                    let claimed = claim(&db, at(now), limit, LEASE, &Held::default()).unwrap();
                    prop_assert!(claimed.iter().all(|claimed| claimed.delivery.due <= at(now) || claimed.delivery.attempt > 1));
                    let mut senders: Vec<_> = claimed.iter().map(|claimed| claimed.delivery.sender).collect();
                    senders.dedup();
                    prop_assert_eq!(senders.len(), claimed.len());
                    held.extend(claimed);
                }
                Step::Finish { which, how } if !held.is_empty() => {
                    let claimed = held.remove(which % held.len());
                    let how = match how {
                        0 => Finish::RetryAt(at(now + 20), Some(10001)),
                        1 => Finish::PutBack(at(now + 5)),
                        2 => Finish::End(EndReason::Refused, Some(20301)),
                        _ => Finish::End(EndReason::Sent, None),
                    };
                    finish(&db, claimed.delivery.id, claimed.delivery.attempt, how, at(now)).unwrap();
                }
                Step::Finish { .. } => {}
                Step::Wait { seconds } => now += seconds,
                Step::Crash => take_back_what_was_running(&db).unwrap(),
            }
            assert_lines(&db);
        }
        // nothing is stuck: whoever goes on claiming and sending gets to the end
        now += 10_000;
        while next_due(&db, &Held::default()).unwrap().is_some() {
            let claimed = claim(&db, at(now), 10, LEASE, &Held::default()).unwrap();
            prop_assert!(!claimed.is_empty());
            for claimed in claimed {
                let sent = Finish::End(EndReason::Sent, None);
                prop_assert!(finish(&db, claimed.delivery.id, claimed.delivery.attempt, sent, at(now)).unwrap());
            }
        }
        prop_assert_eq!(depth(&db, at(now)).unwrap(), Depth::default());
    }
}
