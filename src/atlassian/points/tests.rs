//! What the budget promises, under random arrivals and on a clock that the tests move.

use proptest::prelude::*;

use super::ledger::{Ledger, Ticket};
use super::told::Told;
use crate::model::points::PointLimits;
use crate::model::time::Timestamp;
use crate::work::urgency::Urgency;

/// What Atlassian gives, and a fifth of it.
const LIMIT: u64 = 65_000;
const RESERVE: u64 = 13_000;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// The beginning of an hour.
const START: i64 = 490_000 * HOUR;

/// A page of a sync, and a list that a person looks at.
const PAGE: u64 = 251;
const LIST: u64 = 51;

fn ledger() -> Ledger {
    Ledger::new(PointLimits {
        per_hour: 65_000,
        reserve_percent: 20,
    })
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

/// A call that costs what it may cost. `Err`: seconds to wait.
fn call(ledger: &mut Ledger, site: &str, urgency: Urgency, cost: u64, now: i64) -> Result<(), u64> {
    match ledger.admit(site, urgency, cost, at(now)) {
        Ok(ticket) => {
            ledger.settle(&ticket, cost, at(now));
            Ok(())
        }
        Err(wait) => Err(wait.as_millis().div_ceil(1000).try_into().unwrap()),
    }
}

fn left(ledger: &mut Ledger, now: i64) -> u64 {
    ledger.stand(None, 0, at(now)).left
}

/// Takes all it gets.
fn exhaust(ledger: &mut Ledger, site: &str, urgency: Urgency, cost: u64, now: i64) -> u64 {
    let mut used = 0;
    while call(ledger, site, urgency, cost, now).is_ok() {
        used += cost;
        assert!(used <= LIMIT, "more than there is");
    }
    used
}

#[test]
fn a_lone_site_syncs_without_a_pause_until_only_the_reserve_is_left() {
    let mut ledger = ledger();
    let used = exhaust(&mut ledger, "greedy", Urgency::Background, PAGE, 0);
    assert!(
        (LIMIT - RESERVE - PAGE..=LIMIT - RESERVE).contains(&used),
        "{used}"
    );
    let wait = call(
        &mut ledger,
        "greedy",
        Urgency::Background,
        PAGE,
        10 * MINUTE,
    );
    assert_eq!(wait, Err(50 * 60), "the rest of the hour");
    assert_eq!(
        call(&mut ledger, "greedy", Urgency::Background, PAGE, HOUR),
        Ok(())
    );
}

#[test]
fn whoever_waits_finds_the_reserve_after_the_greediest_sync() {
    let mut ledger = ledger();
    exhaust(&mut ledger, "greedy", Urgency::Background, PAGE, 0);
    for minute in 1..60 {
        for _ in 0..2 {
            let read = call(
                &mut ledger,
                "quiet",
                Urgency::Interactive,
                LIST,
                minute * MINUTE,
            );
            assert_eq!(read, Ok(()), "in minute {minute}");
        }
    }
}

#[test]
fn nobody_waits_while_there_is_plenty() {
    let mut ledger = ledger();
    for round in 0..40_i64 {
        for site in ["one", "two", "three"] {
            let (people, sync) = (Urgency::Interactive, Urgency::Background);
            assert_eq!(call(&mut ledger, site, people, LIST, round), Ok(()));
            assert_eq!(call(&mut ledger, site, sync, 150, round), Ok(()));
        }
    }
    assert!(left(&mut ledger, 0) > RESERVE + (LIMIT - RESERVE) / 2);
}

#[test]
fn a_site_whose_people_ask_without_end_leaves_others_their_part_and_is_told_when_to_come() {
    let mut ledger = ledger();
    let used = exhaust(&mut ledger, "greedy", Urgency::Interactive, LIST, 0);
    assert!(
        (LIMIT - RESERVE..LIMIT - RESERVE / 2).contains(&used),
        "{used}"
    );
    let wait = call(&mut ledger, "greedy", Urgency::Interactive, LIST, 0).unwrap_err();
    assert!((1..600).contains(&wait), "{wait}");
    assert_eq!(
        call(&mut ledger, "quiet", Urgency::Interactive, LIST, SECOND),
        Ok(())
    );
    let then = i64::try_from(wait).unwrap() * SECOND;
    // One more site calls now, so the parts are smaller than they were when it was told.
    let after = call(&mut ledger, "greedy", Urgency::Interactive, LIST, then);
    assert!(after.is_ok() || after < Err(wait), "{after:?}");
    let mut alone = self::ledger();
    exhaust(&mut alone, "greedy", Urgency::Interactive, LIST, 0);
    let wait = call(&mut alone, "greedy", Urgency::Interactive, LIST, 0).unwrap_err();
    let then = i64::try_from(wait).unwrap() * SECOND;
    assert_eq!(
        call(&mut alone, "greedy", Urgency::Interactive, LIST, then),
        Ok(())
    );
}

#[test]
fn syncs_of_several_sites_share_what_is_scarce_and_use_it() {
    let mut ledger = ledger();
    let mut used = [0; 3];
    let sites = ["greedy", "second", "late"];
    for second in 0..3600 {
        for (index, site) in sites.iter().enumerate() {
            // The greedy one asks all the time, the others now and then, the last one from half past.
            let asks = match index {
                0 => 20,
                1 => u32::from(second % 10 == 0),
                _ => u32::from(second % 10 == 0 && second > 1800),
            };
            for _ in 0..asks {
                if call(
                    &mut ledger,
                    site,
                    Urgency::Background,
                    PAGE,
                    second * SECOND,
                )
                .is_ok()
                {
                    used[index] += PAGE;
                }
            }
        }
    }
    let sum: u64 = used.iter().sum();
    assert!((45_000..=LIMIT - RESERVE).contains(&sum), "{used:?}");
    assert!(used[1] > 8_000 && used[2] > 2_500, "{used:?}");
    assert!(used[0] > used[1], "{used:?}");
}

/// The answer to a call, which says that so many are left, and holds what it was asked for.
fn told(ledger: &mut Ledger, mut ticket: Ticket, left: u64, now: i64) {
    let told = Told {
        quota: Some(LIMIT),
        left,
    };
    ledger.correct(&mut ticket, told, at(now));
    ledger.settle(&ticket, ticket.cost(), at(now));
}

fn admitted(ledger: &mut Ledger, cost: u64) -> Ticket {
    let admitted = ledger.admit("one", Urgency::Interactive, cost, at(0));
    admitted.unwrap()
}

#[test]
fn what_an_answer_says_is_left_counts() {
    let mut ledger = ledger();
    let ticket = admitted(&mut ledger, LIST);
    assert_eq!(left(&mut ledger, 0), LIMIT - LIST);
    // Others use the app as well.
    told(&mut ledger, ticket, 20_000, 0);
    assert_eq!(left(&mut ledger, 0), 20_000);
    // The estimate was too high.
    let ticket = admitted(&mut ledger, 1000);
    told(&mut ledger, ticket, 19_998, 0);
    assert_eq!(left(&mut ledger, 0), 19_998);
    let early = admitted(&mut ledger, LIST);
    call(&mut ledger, "two", Urgency::Interactive, 100, 0).unwrap();
    told(&mut ledger, early, 19_947, 0);
    assert_eq!(
        left(&mut ledger, 0),
        19_847,
        "what it cannot know of is counted"
    );
    let late = admitted(&mut ledger, LIST);
    told(&mut ledger, late, 5, HOUR);
    assert_eq!(
        left(&mut ledger, HOUR),
        LIMIT - LIST,
        "about an hour that is over"
    );
}

#[test]
fn an_answer_that_comes_late_hides_nothing_that_others_have_told() {
    let mut ledger = ledger();
    let (early, late) = (admitted(&mut ledger, 10), admitted(&mut ledger, 10));
    // Atlassian served the first one first, and its answer comes last.
    told(&mut ledger, late, LIMIT - 20, 0);
    told(&mut ledger, early, LIMIT - 10, 0);
    assert_eq!(left(&mut ledger, 0), LIMIT - 20);
}

#[test]
fn a_process_with_a_part_of_the_points_keeps_to_it_and_to_what_the_app_has_left() {
    let mut ledger = Ledger::new(PointLimits {
        per_hour: 10_000,
        reserve_percent: 20,
    });
    for (said, expected) in [(40_000, 9_900), (3_000, 3_000), (40_000, 9_700)] {
        let ticket = admitted(&mut ledger, 100);
        told(&mut ledger, ticket, said, 0);
        assert_eq!(left(&mut ledger, 0), expected);
    }
}

#[test]
fn what_a_call_did_not_cost_is_given_back() {
    let mut ledger = ledger();
    exhaust(&mut ledger, "greedy", Urgency::Background, PAGE, 0);
    exhaust(&mut ledger, "greedy", Urgency::Interactive, LIST, 0);
    let before = left(&mut ledger, 0);
    // Each list that is asked for brings one entry: counted as what it may bring, there would be no twenty of them.
    for said in 0..20 {
        let mut ticket = ledger
            .admit("quiet", Urgency::Interactive, LIST, at(0))
            .unwrap();
        if said > 10 {
            let (quota, left) = (Some(LIMIT), before - 2 * said - 2);
            ledger.correct(&mut ticket, Told { quota, left }, at(0));
        }
        ledger.settle(&ticket, 2, at(0));
    }
    let stand = ledger.stand(None, 2, at(0));
    assert_eq!(stand.dearest[1].used.interactive, 40);
    assert_eq!(stand.left, before - 40);
}

/// One arrival: after how many milliseconds, of which site, how urgent, what it may cost and what it does.
type Arrival = (i64, usize, bool, u64, u64);

fn arrivals() -> impl Strategy<Value = Vec<Arrival>> {
    let arrival = (
        0..20_000_i64,
        0..6_usize,
        any::<bool>(),
        1..300_u64,
        0..300_u64,
    );
    prop::collection::vec(arrival, 1..900)
}

proptest! {
    #[test]
    fn the_points_of_an_hour_are_never_exceeded(arrivals in arrivals(), crowd in 1..40_u64) {
        let mut ledger = ledger();
        let (mut now, mut hour, mut spent, mut by_syncs) = (0, 0, 0, 0);
        let mut under_way: Vec<(Ticket, u64)> = Vec::new();
        for (after, site, waits, cost, real) in arrivals {
            now += after;
            if now.div_euclid(HOUR) != hour {
                hour = now.div_euclid(HOUR);
                // What was under way at the turn may count in either hour.
                spent = under_way.iter().map(|(_, cost)| cost).sum();
                by_syncs = 0;
            }
            let urgency = if waits { Urgency::Interactive } else { Urgency::Background };
            for _ in 0..crowd {
                let Ok(ticket) = ledger.admit(&format!("site {site}"), urgency, cost, at(now)) else {
                    break;
                };
                let cost = real.min(cost);
                spent += cost;
                by_syncs += if waits { 0 } else { cost };
                under_way.push((ticket, cost));
                prop_assert!(spent <= LIMIT, "{spent} points");
                prop_assert!(by_syncs <= LIMIT - RESERVE, "{by_syncs} points of syncs");
            }
            if under_way.len() > 64 {
                for (ticket, cost) in under_way.drain(..) {
                    ledger.settle(&ticket, cost, at(now));
                }
            }
        }
    }
}

proptest! {
    // Each case plays two hours second by second.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_site_starves_beside_greedy_ones(
        greedy in 1..6_usize,
        syncs in any::<bool>(),
        cost in 1..260_u64,
        first in 0..30_i64,
    ) {
        let mut ledger = ledger();
        let urgency = if syncs { Urgency::Background } else { Urgency::Interactive };
        let mut spent = 0;
        for second in 0..2 * 3600_i64 {
            if second % 3600 == 0 {
                spent = 0;
            }
            for site in 0..greedy {
                for _ in 0..10 {
                    if call(&mut ledger, &format!("greedy {site}"), urgency, cost, second * SECOND).is_err() {
                        break;
                    }
                    spent += cost;
                }
            }
            // A person looks at a list each five minutes, until the last one of the hour.
            if second % 300 == first && second % 3600 < 3540 {
                let read = call(&mut ledger, "quiet", Urgency::Interactive, LIST, second * SECOND);
                prop_assert_eq!(read, Ok(()), "in second {}", second);
                spent += LIST;
            }
            prop_assert!(spent <= LIMIT, "{spent} points in an hour");
        }
    }
}
