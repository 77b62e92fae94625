//! The mark that an operation leaves on what it changed, so that a crash never changes anything twice.
//!
//! It does not decide what follows from a mark: `apply` does.

use commands::id::OperationId;

/// Which operation, in which epoch of its lease, changed the Deployment last.
pub const OPERATION_ANNOTATION: &str = "watchkeeper.dev/operation";
/// Which operation may not change the Deployment any more, because somebody cancelled it.
pub const CANCELLED_ANNOTATION: &str = "watchkeeper.dev/cancelled";
/// kubectl's own; shown by `kubectl rollout history`.
pub(super) const CHANGE_CAUSE_ANNOTATION: &str = "kubernetes.io/change-cause";

/// What a write carries besides the change itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub operation: OperationId,
    /// Rises whenever another worker takes the operation over.
    pub epoch: i64,
    pub change_cause: String,
}

impl Stamp {
    /// `OP-12.3`.
    pub(super) fn mark(&self) -> String {
        format!("{}.{}", self.operation, self.epoch)
    }

    /// The epoch in which this same operation left that mark; `None` when the mark is another operation's, or nobody's.
    pub(super) fn epoch_of_own(&self, mark: &str) -> Option<i64> {
        let (operation, epoch) = mark.rsplit_once('.')?;
        let own = operation.parse::<OperationId>().ok()? == self.operation;
        own.then(|| epoch.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marks_of_the_same_operation_count() {
        let stamp = Stamp { operation: OperationId(12), epoch: 3, change_cause: String::new() };
        assert_eq!(stamp.epoch_of_own(&stamp.mark()), Some(3));
        for (mark, epoch) in
            [("OP-12.9", Some(9)), ("OP-1.3", None), ("OP-12", None), ("OP-12.x", None), ("", None)]
        {
            assert_eq!(stamp.epoch_of_own(mark), epoch, "{mark}");
        }
    }
}
