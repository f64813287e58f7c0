//! User records that only their walk still holds, to be handed out once more.
//!
//! Plain code: a new object for each user record. Departure from it: a loop lets go
//! of a user record before it asks for the one after the next, so two objects serve
//! the whole loop, as one tuple serves a loop over Python's own `zip`. Making and
//! freeing an object costs about a quarter of a loop that reads data and key of small
//! user records: `cargo xtask peers` measures it.

use std::mem::replace;

use pyo3::PyTraverseError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;

use crate::user_record::UserRecord;

/// The user records that were handed out last.
#[derive(Default)]
pub(crate) struct Spare {
    handed_out: [Option<Py<UserRecord>>; 2],
    /// Which of them is the older.
    older: usize,
}

impl Spare {
    /// They lead to the batch, and so to the user's own records.
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let mut handed_out = self.handed_out.iter().flatten();
        handed_out.try_for_each(|record| visit.call(record))
    }

    /// An object that is `record`: an old one if nobody else holds it, else a new one.
    #[inline(always)]
    pub(crate) fn hand_out(
        &mut self,
        py: Python<'_>,
        record: UserRecord,
    ) -> PyResult<Py<UserRecord>> {
        let older = &mut self.handed_out[self.older];
        self.older ^= 1;
        match older {
            Some(unheld) if references(py, unheld) == 1 => {
                put(py, unheld, record);
                Ok(unheld.clone_ref(py))
            }
            _ => {
                let new = Py::new(py, record)?;
                *older = Some(new.clone_ref(py));
                Ok(new)
            }
        }
    }
}

#[expect(unsafe_code, reason = "PyO3 has no safe function for it")]
fn references(_py: Python<'_>, object: &Py<UserRecord>) -> isize {
    // SAFETY: a `Py` is a reference to an object that is alive; the GIL is held.
    unsafe { pyo3::ffi::Py_REFCNT(object.as_ptr()) }
}

/// Puts `record` in the place of what is in the object `unheld`. Nobody else may hold
/// the object, which has no weak references.
#[expect(
    unsafe_code,
    reason = "PyO3 lets none change a frozen class, and only from such Python reads fields directly"
)]
#[inline(always)]
fn put(py: Python<'_>, unheld: &Py<UserRecord>, record: UserRecord) {
    let object = unheld.as_ptr();
    let offset = std::ptr::from_ref(unheld.get()).addr() - object.addr();
    // SAFETY: it is where `get` finds the `UserRecord` of this object, valid and aligned.
    // Nobody else reads it: the object's one reference is ours, the GIL is held, and no
    // code of Python runs before `held` is used last. The reference of `get` is gone.
    let held = unsafe { &mut *object.byte_add(offset).cast::<UserRecord>() };
    let UserRecord {
        partition_key,
        explicit_hash_key,
        data,
        sub_sequence_number,
        record_index,
        batch,
    } = record;
    held.sub_sequence_number = sub_sequence_number;
    held.record_index = record_index;
    let partition_key = replace(&mut held.partition_key, partition_key);
    let explicit_hash_key = replace(&mut held.explicit_hash_key, explicit_hash_key);
    let data = replace(&mut held.data, data);
    let batch = replace(&mut held.batch, batch);
    partition_key.drop_ref(py);
    if let Some(key) = explicit_hash_key {
        key.drop_ref(py);
    }
    data.drop_ref(py);
    batch.drop_ref(py);
}
