//! The program as its users see it: arguments and input in, output, messages and
//! exit code out.

mod aggregate;
mod deaggregate;
mod formats;
mod malformed;
mod program;
mod ranges;
mod round_trip;
mod streams;
mod usage;
