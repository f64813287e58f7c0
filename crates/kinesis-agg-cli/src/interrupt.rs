//! Ctrl-C: ends the program when what was read is out.
//!
//! The first one is noted, and ends a read that waits for input; the commands
//! look at [`check`] between batches, write what they have, and the program ends
//! with exit code 130. The second one ends it at once.
//!
//! Only on Unix. Elsewhere Ctrl-C ends the program at once, as it does by default.

#[cfg(not(unix))]
use std::io::{self, Read};

use crate::exit::Failure;

#[cfg(unix)]
pub(crate) use unix::{listen, reader, stdin};

/// Fails once Ctrl-C was pressed.
pub(crate) fn check() -> Result<(), Failure> {
    #[cfg(unix)]
    if unix::was_pressed() {
        return Err(Failure::Interrupted);
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn listen() {}

#[cfg(not(unix))]
pub(crate) fn reader(file: impl Read + Send + 'static) -> Box<dyn Read + Send> {
    Box::new(file)
}

#[cfg(not(unix))]
pub(crate) fn stdin() -> io::Result<Box<dyn Read + Send>> {
    Ok(Box::new(io::stdin()))
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, OnceLock};

    use rustix::event::{PollFd, PollFlags, poll};
    use signal_hook::consts::SIGINT;
    use signal_hook::{flag, low_level};

    struct Listening {
        pressed: Arc<AtomicBool>,
        /// Can be read once it was pressed.
        wake: UnixStream,
    }

    /// Set if it could be set up.
    static LISTENING: OnceLock<Listening> = OnceLock::new();

    /// Notes Ctrl-C from here on. Where that cannot be set up, it ends the program
    /// as it does by default.
    pub(crate) fn listen() {
        if let Ok(listening) = register() {
            let _ = LISTENING.set(listening);
        }
    }

    fn register() -> io::Result<Listening> {
        let pressed = Arc::new(AtomicBool::new(false));
        let (wake, signal) = UnixStream::pair()?;
        // In this order: the second Ctrl-C finds the flag of the first, and a thread
        // that is woken finds the flag set. The handler may run in another thread.
        flag::register_conditional_default(SIGINT, Arc::clone(&pressed))?;
        flag::register(SIGINT, Arc::clone(&pressed))?;
        low_level::pipe::register(SIGINT, signal)?;
        Ok(Listening { pressed, wake })
    }

    pub(super) fn was_pressed() -> bool {
        let listening = LISTENING.get();
        listening.is_some_and(|listening| listening.pressed.load(Ordering::SeqCst))
    }

    /// Reads `file`; Ctrl-C ends the wait for it.
    pub(crate) fn reader(file: impl Read + AsFd + Send + 'static) -> Box<dyn Read + Send> {
        Box::new(Interruptible(file))
    }

    /// The same for stdin, without the buffer that the library puts before it:
    /// what waits there, a poll would not see.
    pub(crate) fn stdin() -> io::Result<Box<dyn Read + Send>> {
        let stdin = io::stdin().as_fd().try_clone_to_owned()?;
        Ok(reader(File::from(stdin)))
    }

    struct Interruptible<F>(F);

    impl<F: Read + AsFd> Read for Interruptible<F> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if let Some(listening) = LISTENING.get() {
                let mut waiting = [
                    PollFd::new(&self.0, PollFlags::IN),
                    PollFd::new(&listening.wake, PollFlags::IN),
                ];
                poll(&mut waiting, None)?;
                if was_pressed() {
                    return Err(io::ErrorKind::Interrupted.into());
                }
            }
            self.0.read(buffer)
        }
    }
}
