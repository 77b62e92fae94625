//! Random votes, withdrawals, restarts and policies: what must hold whatever happens, in whatever order it arrives.
//!
//! The model is a store of one vote a person, as the database keeps it, and a recorded decision, as `start` records it.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const PEOPLE: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "mallory"];
/// Rules for search-api in production; alice asks.
const RULES: [&str; 5] = [
    "",
    "approvals = 2",
    "required_groups = [\"sre\"]",
    "approvals = 2\nrequired = [\"carol\"]",
    "approvals = 3\nrequired_groups = [\"sre\", \"oncall\"]",
];

#[derive(Clone, Debug)]
enum Happens {
    Votes {
        who: &'static str,
        approve: bool,
        on_this_plan: bool,
    },
    TakesBack {
        who: &'static str,
    },
    SecondsPass(i64),
    /// Somebody edits the policy file and the bot starts again.
    LeavesOncall(&'static str),
}

fn happens() -> impl Strategy<Value = Happens> {
    let who = || select(PEOPLE.to_vec());
    prop_oneof![
        6 => (who(), any::<bool>(), prop::bool::weighted(0.9))
            .prop_map(|(who, approve, on_this_plan)| Happens::Votes { who, approve, on_this_plan }),
        2 => who().prop_map(|who| Happens::TakesBack { who }),
        2 => (1..700_i64).prop_map(Happens::SecondsPass),
        1 => select(vec!["bob", "carol"]).prop_map(Happens::LeavesOncall),
    ]
}

fn without(policy: &str, who: &str) -> String {
    let member = format!("[people.{who}]");
    let at = policy.find(&member).unwrap();
    let (before, after) = policy.split_at(at);
    let changed = after.replacen("\"oncall\"]", "\"formerly\"]", 1);
    format!("{before}{changed}")
}

/// What the store and the recorded decision would be.
struct Model {
    plan: Plan,
    policy: Policy,
    file: String,
    votes: Vec<Vote>,
    seconds: i64,
    recorded: Option<String>,
}

impl Model {
    fn new(rule: &str) -> Self {
        let place = "[services.search-api.in.production]";
        let sre = "[people.erin]\nname = \"Erin\"\ngroups = [\"sre\"]\naccounts = { console = \"erin\" }\n\n[people.dave]";
        let file = EXAMPLE.replace("[people.dave]", sre).replace(place, &format!("{place}\n{rule}"));
        let policy = policy_with(rule);
        Self { plan: plan_under(&policy), policy, file, votes: vec![], seconds: 0, recorded: None }
    }

    fn happens(&mut self, what: &Happens) {
        match what {
            Happens::Votes { who, approve, on_this_plan } => {
                // The store takes nothing after the decision was recorded.
                if self.recorded.is_some() {
                    return;
                }
                let mut cast = vote(&self.plan, who, *approve, self.seconds);
                if !on_this_plan {
                    cast.digest = PlanDigest("another plan".into());
                }
                self.votes.retain(|vote| vote.person != cast.person);
                self.votes.push(cast);
            }
            Happens::TakesBack { who } if self.recorded.is_none() => {
                self.votes.retain(|vote| vote.person.as_str() != *who);
            }
            Happens::TakesBack { .. } => {}
            Happens::SecondsPass(seconds) => self.seconds += seconds,
            Happens::LeavesOncall(who) => {
                let file = without(&self.file, who);
                // A file in which the approvals cannot come together is refused, and the bot runs on with the old one.
                if let Ok(policy) = Policy::parse(&file) {
                    (self.policy, self.file) = (policy, file);
                }
            }
        }
    }

    fn decision(&self) -> Decision {
        decide(&self.plan, &self.votes, &self.policy, at(0), at(self.seconds))
    }

    fn votes_of(&self, approve: bool) -> Vec<&Vote> {
        let digest = self.plan.digest();
        let in_time = |vote: &&Vote| vote.at < at(LATE_SECONDS) && vote.digest == digest;
        let group = |vote: &&Vote| {
            let groups =
                self.policy.person_by_id(&vote.person).map(|it| it.groups.clone()).unwrap_or_default();
            self.plan.rule.asks(&vote.person, &groups)
        };
        let others = self.votes.iter().filter(|vote| vote.person != self.plan.requested_by);
        others.filter(in_time).filter(group).filter(|vote| vote.approve == approve).collect()
    }

    /// What no sequence of events may lead to.
    fn holds(&self, decision: &Decision) {
        match decision {
            Decision::Approved(approved) => {
                let by = approved.by();
                let standing = self.votes_of(true);
                assert!(self.votes_of(false).is_empty(), "approved over a deny");
                assert!(
                    by.iter().all(|who| standing.iter().any(|vote| vote.person == *who)),
                    "by somebody else: {by:?}"
                );
                assert!(!by.contains(&self.plan.requested_by), "by the requester");
                assert!(by.len() >= self.plan.rule.approvals as usize, "by too few");
                assert!(self.plan.rule.required.iter().all(|who| by.contains(who)), "without the required");
                let distinct: std::collections::BTreeSet<_> = by.iter().collect();
                assert_eq!(distinct.len(), by.len(), "one person twice");
            }
            Decision::Denied { by } => {
                assert!(self.votes_of(false).iter().any(|vote| vote.person == *by), "denied by nobody");
            }
            Decision::Cancelled { by } => assert_eq!(*by, self.plan.requested_by),
            Decision::Expired => assert!(self.seconds >= LATE_SECONDS, "expired too early"),
            Decision::Waiting(_) => assert!(self.seconds < LATE_SECONDS, "waits for ever"),
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_approved_that_should_not_be(
        rule in select(RULES.to_vec()),
        story in prop::collection::vec(happens(), 0..24),
    ) {
        let mut model = Model::new(rule);
        for what in &story {
            model.happens(what);
            let decision = model.decision();
            model.holds(&decision);
            if model.recorded.is_none() && matches!(decision, Decision::Approved(_)) {
                model.recorded = Some(told(&decision));
            }
        }
    }

    /// A decision that was recorded is the same one when it is counted again, as long as the same people may vote.
    #[test]
    fn what_was_recorded_is_counted_again_the_same(
        rule in select(RULES.to_vec()),
        story in prop::collection::vec(happens(), 0..24),
    ) {
        let mut model = Model::new(rule);
        for what in story.iter().filter(|what| !matches!(what, Happens::LeavesOncall(_))) {
            model.happens(what);
            let decision = model.decision();
            match &model.recorded {
                Some(recorded) => prop_assert_eq!(&told(&decision), recorded),
                None if matches!(decision, Decision::Approved(_)) => model.recorded = Some(told(&decision)),
                None => {}
            }
        }
    }

    /// The same votes in another order are the same decision.
    #[test]
    fn the_order_of_arrival_does_not_matter(
        rule in select(RULES.to_vec()),
        story in prop::collection::vec(happens(), 0..12),
        seed in any::<u64>(),
    ) {
        let mut model = Model::new(rule);
        for what in &story {
            model.happens(what);
        }
        let first = told(&model.decision());
        let count = model.votes.len().max(1);
        model.votes.rotate_left(usize::try_from(seed % count as u64).unwrap_or_default() % count);
        model.votes.reverse();
        prop_assert_eq!(told(&model.decision()), first);
    }

    /// A deny that stands ends it, whoever agrees before or after.
    #[test]
    fn after_a_deny_nothing_is_approved(approvals in prop::collection::vec(select(PEOPLE.to_vec()), 0..6), at in 0..6_usize) {
        let mut model = Model::new("");
        for who in &approvals {
            model.happens(&Happens::Votes { who, approve: true, on_this_plan: true });
        }
        model.votes.retain(|vote| vote.person.as_str() != "carol");
        let deny = vote(&model.plan, "carol", false, model.seconds);
        model.votes.insert(at.min(model.votes.len()), deny);
        prop_assert_eq!(told(&model.decision()), "denied by carol");
    }
}
