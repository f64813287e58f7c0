//! User records that only their walk still holds, to be handed out once more.
//!
//! Plain code: a new object for each user record. Departure from it: a loop lets go
//! of a user record before it asks for the one after the next, so two objects serve
//! the whole loop, as one tuple serves a loop over Python's own `zip`. Making and
//! freeing an object costs about as much as all else that a walk does for it.

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
    /// An object that is `record`: an old one if nobody else holds it, else a new one.
    #[inline(always)]
    pub(crate) fn hand_out(
        &mut self,
        py: Python<'_>,
        record: UserRecord,
    ) -> PyResult<Py<UserRecord>> {
        let older = &mut self.handed_out[self.older];
        self.older ^= 1;
        if let Some(unheld) = older.as_ref().filter(|older| references(older) == 1) {
            put(unheld, record).let_go(py);
            return Ok(unheld.clone_ref(py));
        }
        let new = Py::new(py, record)?;
        *older = Some(new.clone_ref(py));
        Ok(new)
    }
}

#[expect(unsafe_code, reason = "PyO3 has no safe function for it")]
fn references(object: &Py<UserRecord>) -> isize {
    // SAFETY: the object is alive, and whoever has a `Py` out of a `Walk` holds the GIL.
    unsafe { pyo3::ffi::Py_REFCNT(object.as_ptr()) }
}

/// Puts `record` into the object `unheld`, and returns what was in there. Nobody else
/// may hold the object.
#[expect(
    unsafe_code,
    reason = "PyO3 lets none change a frozen class, and only from such Python reads fields directly"
)]
fn put(unheld: &Py<UserRecord>, record: UserRecord) -> UserRecord {
    let object = unheld.as_ptr();
    let offset = std::ptr::from_ref(unheld.get()).addr() - object.addr();
    // SAFETY: it is where `get` finds the `UserRecord` of this object, valid and aligned.
    // Nobody else reads it: the object's one reference is ours, the GIL is held, and no
    // code of Python runs here. The `&UserRecord` above is gone.
    unsafe { object.byte_add(offset).cast::<UserRecord>().replace(record) }
}
