//! What a history reads like.

use super::*;
use crate::tests::sample::{self, at};
use crate::tests::shown::shown;

#[test]
fn the_table_is_kubectls_with_tag_and_age_and_marks_the_current() {
    let mut facts = sample::facts();
    facts.revisions[0].change_cause = Some(Untrusted::new("OP-12 by alice\nREVISION 9"));
    facts.revisions.push(sample::revision(10, "98ab4e2", 50));
    facts.workload.revision = 10;
    insta::assert_snapshot!(shown(&card(&facts, at(60))), @r"
    [note] History of search-api in production
      | REVISION  TAG      AGE         CHANGE-CAUSE
      | 10 *      98ab4e2  10 s        <none>
      | 2         c0ffee1  1 min       OP-12 by alice REVISION 9
      | 1         7c3f2b1  24 h 1 min  <none>
    — to go back: `rollback search-api in production to revision 2`
    [Roll back to 2 → rollback search-api in production to revision 2]
    ");
}

#[test]
fn one_revision_has_nothing_to_go_back_to() {
    let mut facts = sample::facts();
    facts.revisions.truncate(1);
    facts.revisions[0].created_at = None;
    insta::assert_snapshot!(shown(&card(&facts, at(60))), @r"
    [note] History of search-api in production
      | REVISION  TAG      AGE        CHANGE-CAUSE
      | 2 *       c0ffee1  <unknown>  <none>
    — there is no other revision to go back to
    ");
}

#[test]
fn more_revisions_than_a_card_holds_are_counted() {
    let mut facts = sample::facts();
    facts.revisions = (1..=25).map(|number| sample::revision(number, "7c3f2b1", number)).collect();
    facts.workload.revision = 25;
    let lines = shown(&card(&facts, at(60)));
    assert!(lines.contains("5 older revisions are left out."), "{lines}");
    assert!(lines.contains("rollback search-api in production to revision 24"), "{lines}");
}
