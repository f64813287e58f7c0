//! Handles, and the guard that every exported function is one call of.
//!
//! A handle is what a pointer given to C points to: a value, and whether a panic
//! has gone through it. A panic ends at [`guard`]; what it left behind may be
//! half changed, so that handle answers nothing any more.

use crate::failure::{Failure, Outcome, kagg_error};
use crate::status::{KAGG_ERR_NULL, KAGG_ERR_PANIC, KAGG_ERR_POISONED, kagg_status};
use core::any::Any;
use core::ptr::NonNull;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What all handles are made of.
#[derive(Debug)]
pub(crate) struct Handle<T> {
    poisoned: bool,
    value: T,
}

impl<T> Handle<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self {
            poisoned: false,
            value,
        }
    }
}

/// A type that C knows by pointers alone.
pub(crate) trait Opaque: Sized {
    /// What its handle holds.
    type Value;

    fn handle(&mut self) -> &mut Handle<Self::Value>;
    fn handle_ref(&self) -> &Handle<Self::Value>;
}

/// Declares that a tuple struct of a [`Handle`] is [`Opaque`].
macro_rules! opaque {
    ($name:ident, $value:ty) => {
        impl $crate::handle::Opaque for $name {
            type Value = $value;

            fn handle(&mut self) -> &mut $crate::handle::Handle<$value> {
                &mut self.0
            }

            fn handle_ref(&self) -> &$crate::handle::Handle<$value> {
                &self.0
            }
        }
    };
}
pub(crate) use opaque;

/// Runs the body of a function: a failure or a panic becomes a status, and goes
/// to `error` unless that is NULL.
///
/// # Safety
///
/// `error`: NULL, or valid for writing.
pub(crate) unsafe fn guard(error: *mut kagg_error, body: impl FnOnce() -> Outcome) -> kagg_status {
    let outcome = catch_unwind(AssertUnwindSafe(body));
    let outcome = outcome.unwrap_or_else(|panic| {
        swallow(panic);
        Err(KAGG_ERR_PANIC.into())
    });
    match outcome {
        Ok(status) => status,
        Err(Failure(failure)) => {
            if let Some(error) = NonNull::new(error) {
                // SAFETY: not NULL, and writable by contract.
                unsafe { error.write(failure) };
            }
            failure.status
        }
    }
}

/// [`guard`] with the value of a handle that no other thread uses meanwhile.
///
/// # Safety
///
/// `handle`: NULL, or live and unshared. `error`: as for [`guard`].
pub(crate) unsafe fn with<H: Opaque>(
    handle: *mut H,
    error: *mut kagg_error,
    body: impl FnOnce(&mut H::Value) -> Outcome,
) -> kagg_status {
    // SAFETY: handed on; inside, NULL is answered, and otherwise the handle is
    // live and unshared by contract.
    unsafe {
        guard(error, || {
            let handle = handle.as_mut().ok_or(KAGG_ERR_NULL)?.handle();
            if handle.poisoned {
                return Err(KAGG_ERR_POISONED.into());
            }
            handle.poisoned = true;
            let outcome = body(&mut handle.value);
            handle.poisoned = false;
            outcome
        })
    }
}

/// [`guard`] with the value of a handle that other threads may read meanwhile.
///
/// # Safety
///
/// `handle`: NULL, or live and not changed. `error`: as for [`guard`].
pub(crate) unsafe fn with_ref<H: Opaque>(
    handle: *const H,
    error: *mut kagg_error,
    body: impl FnOnce(&H::Value) -> Outcome,
) -> kagg_status {
    // SAFETY: as in `with`.
    unsafe { guard(error, || body(value(handle)?)) }
}

/// The value of a handle that is an argument.
///
/// # Safety
///
/// `handle`: NULL, or live and not changed while the value is in use.
pub(crate) unsafe fn value<'h, H: Opaque + 'h>(handle: *const H) -> Result<&'h H::Value, Failure> {
    // SAFETY: NULL is answered; otherwise live and unchanged by contract.
    let handle = unsafe { handle.as_ref() }
        .ok_or(KAGG_ERR_NULL)?
        .handle_ref();
    if handle.poisoned {
        return Err(KAGG_ERR_POISONED.into());
    }
    Ok(&handle.value)
}

/// The same for one that is to be changed.
///
/// # Safety
///
/// `handle`: NULL, or live and unshared while the value is in use.
pub(crate) unsafe fn value_mut<'h, H: Opaque + 'h>(
    handle: *mut H,
) -> Result<&'h mut H::Value, Failure> {
    // SAFETY: NULL is answered; otherwise live and unshared by contract.
    let handle = unsafe { handle.as_mut() }.ok_or(KAGG_ERR_NULL)?.handle();
    if handle.poisoned {
        return Err(KAGG_ERR_POISONED.into());
    }
    Ok(&mut handle.value)
}

/// Gives a new handle to C.
///
/// # Safety
///
/// `out`: valid for writing.
pub(crate) unsafe fn give<H>(handle: H, out: NonNull<*mut H>) {
    // SAFETY: writable by contract.
    unsafe { out.write(Box::into_raw(Box::new(handle))) };
}

/// Frees a handle; NULL is no handle.
///
/// # Safety
///
/// `handle`: NULL, or from [`give`] and not freed before.
pub(crate) unsafe fn free<H>(handle: *mut H) {
    let Some(handle) = NonNull::new(handle) else {
        return;
    };
    let drop_it = || {
        // SAFETY: by contract.
        drop(unsafe { Box::from_raw(handle.as_ptr()) });
    };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(drop_it)) {
        swallow(panic);
    }
}

/// Drops what a panic carried, which may panic as well; what still does so after
/// a few times leaks: better than to abort.
fn swallow(mut panic: Box<dyn Any + Send>) {
    for _ in 0..4 {
        match catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            Ok(()) => return,
            Err(next) => panic = next,
        }
    }
    core::mem::forget(panic);
}

/// The place of an output.
pub(crate) fn out<T>(out: *mut T) -> Result<NonNull<T>, Failure> {
    NonNull::new(out).ok_or(KAGG_ERR_NULL.into())
}
