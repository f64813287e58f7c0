//! Faults inside, and what is left of a handle then.

use super::*;
use crate::handle::{Handle, free, give, guard, opaque, value, value_mut, with, with_ref};
use core::ptr::NonNull;

struct Panicky(Handle<u32>);

opaque!(Panicky, u32);

/// A panic becomes a status, the handle answers nothing any more, and can be
/// freed; other handles do not mind.
#[test]
fn a_panic_stays_inside() {
    let mut place: *mut Panicky = null_mut();
    // SAFETY: the handle lives until it is freed.
    unsafe {
        give(Panicky(Handle::new(1)), NonNull::from(&mut place));
        let mut error = kagg_error::default();
        assert_eq!(
            with(place, &raw mut error, |_| panic!("in a test")),
            KAGG_ERR_PANIC
        );
        assert_eq!(error.status, KAGG_ERR_PANIC);
        assert_eq!(with(place, null_mut(), |_| Ok(KAGG_OK)), KAGG_ERR_POISONED);
        assert_eq!(
            with_ref(place, null_mut(), |_| Ok(KAGG_OK)),
            KAGG_ERR_POISONED
        );
        assert!(value(place.cast_const()).is_err() && value_mut(place).is_err());
        assert_eq!(
            guard(null_mut(), || panic!("without a handle")),
            KAGG_ERR_PANIC
        );
        free(place);
    }
}

/// A panic while only reading leaves the handle as it was, and so does a failure.
#[test]
fn reading_does_not_poison() {
    let mut place: *mut Panicky = null_mut();
    // SAFETY: the handle lives until it is freed.
    unsafe {
        give(Panicky(Handle::new(1)), NonNull::from(&mut place));
        assert_eq!(
            with_ref(place, null_mut(), |_| panic!("in a test")),
            KAGG_ERR_PANIC
        );
        let status = with(place, null_mut(), |_| Err(KAGG_ERR_OPTION.into()));
        assert_eq!(status, KAGG_ERR_OPTION);
        let status = with(place, null_mut(), |value| {
            *value += 1;
            Ok(KAGG_OK)
        });
        assert_eq!((status, *value(place.cast_const()).unwrap()), (KAGG_OK, 2));
        free(place);
    }
}

/// What panics when it is dropped cannot bring the process down either.
#[test]
fn a_panic_of_a_destructor_stays_inside() {
    struct Fragile;
    impl Drop for Fragile {
        fn drop(&mut self) {
            panic!("dropped in a test");
        }
    }
    let mut place: *mut Fragile = null_mut();
    // SAFETY: the handle is freed once.
    unsafe {
        give(Fragile, NonNull::from(&mut place));
        free(place);
        assert_eq!(
            guard(null_mut(), || std::panic::panic_any(Fragile)),
            KAGG_ERR_PANIC
        );
    }
}
