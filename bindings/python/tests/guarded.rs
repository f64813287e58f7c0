//! What is done to an object of the core after a panic, and after closing it.

#[path = "../src/guarded.rs"]
mod guarded;

use guarded::{Fault, Guarded, Panicked, catch};

/// A panic breaks the object for good, and is never passed on.
#[test]
fn a_panic_breaks_the_object() {
    let mut numbers = Guarded::Open(vec![1]);
    assert_eq!(numbers.with(|numbers| numbers.len()), Ok(1));
    let panics = numbers.with(|numbers| numbers[7]);
    assert_eq!(panics, Err(Fault::Broken));
    assert_eq!(numbers.with(|numbers| numbers.len()), Err(Fault::Broken));
}

/// What is closed stays closed, and its work is not done.
#[test]
fn closed_objects_do_no_work() {
    let mut closed = Guarded::<()>::Closed;
    let done = closed.with(|()| unreachable!("there is nothing to work with"));
    assert_eq!(done, Err(Fault::Closed));
}

/// Work without an object has its panics caught, too.
#[test]
fn panics_are_caught() {
    assert_eq!(catch(|| 5), Ok(5));
    assert_eq!(catch(|| -> u8 { panic!("on purpose") }), Err(Panicked));
}
