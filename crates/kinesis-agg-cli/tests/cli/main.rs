//! The program as its users see it: arguments and input in, output, messages and
//! exit code out.

mod aggregate;
mod deaggregate;
mod docs;
mod files;
mod formats;
mod inspect;
mod interrupt;
mod malformed;
mod manual;
mod program;
mod ranges;
mod round_trip;
mod streams;
mod threads;
mod usage;
mod verify;
