//! Whether a plan still stands under the policy of now, and who may end it.
//!
//! It does not look at the cluster: whether the target is still what the plan was made for, the shell asks there.

use crate::message::Text;
use crate::names::PersonId;
use crate::plan::Plan;
use crate::policy::{Policy, Right, may};
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;

/// Why what was agreed under the policy of then may not run under the policy of now; `None` while it may. A way back that
/// policy started asks nobody, so only its target is looked at.
pub fn outdated(plan: &Plan, policy: &Policy) -> Option<Untrusted> {
    let (service, environment) = (&plan.target.service, &plan.target.environment);
    if policy.target(service, environment).ok().as_ref() != Some(&plan.target) {
        return Some(Untrusted::new(format!(
            "the policy file has another target for {service} in {environment}"
        )));
    }
    if plan.shown.after_stuck.is_some() {
        return None;
    }
    // Who breaks the glass asks nobody, and need not be one of the deployers.
    let breaks_glass = plan.break_glass.is_some();
    if !breaks_glass && policy.rule(service, environment, plan.action).as_ref() != Some(&plan.rule) {
        return Some(Untrusted::new("the policy file asks for other approvals now"));
    }
    let (right, what) = if breaks_glass {
        (Right::BreakGlass(environment.clone()), format!("break the glass in {environment}"))
    } else {
        (Right::Operate(environment.clone()), format!("change {environment}"))
    };
    let requester = policy.person_by_id(&plan.requested_by);
    if requester.is_none_or(|it| may(it, &right, policy).is_err()) {
        return Some(Untrusted::new(format!("{} may not {what} any more", plan.requested_by)));
    }
    policy.rights_drift(plan)
}

/// Whoever asked for it may end it, and whoever may change that environment.
pub fn may_cancel(plan: &Plan, person: &PersonId, policy: &Policy) -> Result<(), Refusal> {
    if *person == plan.requested_by {
        return Ok(());
    }
    let known = policy.person_by_id(person);
    let refusal = match known.map(|it| may(it, &Right::Operate(plan.target.environment.clone()), policy)) {
        Some(Ok(())) => return Ok(()),
        Some(Err(refusal)) => refusal,
        None => {
            return Err(Refusal::new(
                Text::new().person(person).plain(" is not known."),
                "Nothing was done.",
            ));
        }
    };
    let hint = refusal.hint.plain(" So may ").person(&plan.requested_by).plain(", who asked for it.");
    Err(Refusal::new(refusal.reason, hint))
}
