//! Why a call failed, and the exception that says so.

use std::any::Any;

use jni::errors::{Error, ErrorPolicy};
use jni::objects::JThrowable;
use jni::{Env, JValue, jni_sig, jni_str};
use kinesis_agg::{OptionsError, PushErrorKind, ShardMapError};

use crate::status::{self, ERR_OTHER, ERR_PANIC};

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: i32,
    /// Which of those that were given.
    pub(crate) record_index: Option<usize>,
    /// What it has, and what it may have at most.
    pub(crate) bounds: Option<(usize, usize)>,
    /// In words, where there is more to say than the status does.
    text: String,
}

impl Failure {
    pub(crate) const fn of(status: i32) -> Self {
        Self {
            status,
            record_index: None,
            bounds: None,
            text: String::new(),
        }
    }

    fn told(status: i32, text: impl ToString) -> Self {
        Self {
            text: text.to_string(),
            ..Self::of(status)
        }
    }

    pub(crate) const fn at(mut self, record_index: usize) -> Self {
        self.record_index = Some(record_index);
        self
    }
}

impl From<PushErrorKind> for Failure {
    fn from(kind: PushErrorKind) -> Self {
        Self {
            bounds: match kind {
                PushErrorKind::PartitionKeyLength { chars, max } => Some((chars, max)),
                PushErrorKind::TooLarge { size, max } => Some((size, max)),
                _ => None,
            },
            ..Self::told(status::of_refusal(kind), kind)
        }
    }
}

impl From<OptionsError> for Failure {
    fn from(error: OptionsError) -> Self {
        Self::told(status::of_options(error), error)
    }
}

impl From<ShardMapError> for Failure {
    fn from(error: ShardMapError) -> Self {
        Self::told(status::of_shard_map(&error), error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::told(ERR_OTHER, error)
    }
}

/// Throws a `KinesisAggException`; the native method returns 0 or null.
pub(crate) struct Throw;

impl<T: Default> ErrorPolicy<T, Failure> for Throw {
    type Captures<'env: 'method, 'method> = ();

    fn on_error<'env: 'method, 'method>(
        env: &mut Env<'env>,
        (): &mut Self::Captures<'env, 'method>,
        failure: Failure,
    ) -> Result<T, Error> {
        // What Java itself has thrown, as for want of memory, says more.
        if !env.exception_check() {
            throw(env, &failure)?;
        }
        Ok(T::default())
    }

    fn on_panic<'env: 'method, 'method>(
        env: &mut Env<'env>,
        (): &mut Self::Captures<'env, 'method>,
        _payload: Box<dyn Any + Send>,
    ) -> Result<T, Error> {
        if !env.exception_check() {
            throw(env, &Failure::of(ERR_PANIC))?;
        }
        Ok(T::default())
    }
}

fn throw(env: &mut Env<'_>, failure: &Failure) -> Result<(), Error> {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (value, limit) = failure.bounds.unwrap_or_default();
    let text = env.new_string(&failure.text)?;
    let arguments = [
        JValue::Int(failure.status),
        JValue::Int(
            failure
                .record_index
                .map_or(-1, |index| i32::try_from(index).unwrap_or(-1)),
        ),
        JValue::Long(number(value)),
        JValue::Long(number(limit)),
        JValue::Object(&text),
    ];
    let exception = env.new_object(
        jni_str!("io/github/kinesisagg/KinesisAggException"),
        jni_sig!((jint, jint, jlong, jlong, JString) -> ()),
        &arguments,
    )?;
    let exception = env.cast_local::<JThrowable>(exception)?;
    match env.throw(exception) {
        // It is thrown: that is what was wanted.
        Ok(()) | Err(Error::JavaException) => Ok(()),
        Err(error) => Err(error),
    }
}
