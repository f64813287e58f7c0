//! One suite over all paths that the machine has, the crate `md-5` as the judge.

use crate::{Digest, Path, digest, digest_many};
use alloc::{format, string::String, vec, vec::Vec};
use md5::Digest as _;

/// The lanes of the widest path: two groups of sixteen.
const LANES: usize = 32;

/// More than any machine has lanes, so that some messages wait.
const MORE_THAN_LANES: usize = 40;

/// Bytes to cut messages from. 251 is prime, so that no two blocks are alike.
fn bytes(len: usize) -> Vec<u8> {
    (0..251).cycle().take(len).collect()
}

/// Messages of these lengths, each of other bytes.
fn cut<'b>(bytes: &'b [u8], lengths: &[usize]) -> Vec<&'b [u8]> {
    let starts = (0..17).cycle();
    let cut = starts
        .zip(lengths)
        .map(|(start, len)| &bytes[start..start + len]);
    cut.collect()
}

/// Digests `messages` by each path, and compares.
fn check(messages: &[&[u8]]) {
    let expected = Vec::from_iter(messages.iter().map(|message| judge(message)));
    let mut found = vec![[7; 16]; 3];
    for path in Path::all() {
        path.digest_many(messages, &mut found);
        assert!(found == expected, "{}: {}", path.name(), lengths(messages));
    }
    digest_many(messages, &mut found);
    assert!(found == expected, "{}", lengths(messages));
}

fn judge(message: &[u8]) -> Digest {
    md5::Md5::digest(message).into()
}

fn lengths(messages: &[&[u8]]) -> String {
    format!("{:?}", Vec::from_iter(messages.iter().map(|it| it.len())))
}

/// Numbers that look thrown: a generator of Lehmer's.
struct Dice(u64);

impl Dice {
    /// A number below `end`, which is small.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0 * 48_271 % 0x7fff_ffff;
        usize::try_from(self.0).unwrap() % end
    }
}

/// The test suite of RFC 1321, appendix A.5.
#[test]
fn the_suite_of_the_rfc() {
    let suite = [
        ("", 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e),
        ("a", 0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661),
        ("abc", 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72_u128),
        ("message digest", 0xf96b_697d_7cb7_938d_525a_2f31_aaf1_61d0),
        (
            "abcdefghijklmnopqrstuvwxyz",
            0xc3fc_d3d7_6192_e400_7dfb_496c_ca67_e13b,
        ),
        (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            0xd174_ab98_d277_d9f5_a561_1c2c_9f41_9d9f,
        ),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            0x57ed_f4a2_2be3_c955_ac49_da2e_2107_b67a,
        ),
    ];
    for (message, expected) in suite {
        let found = u128::from_be_bytes(digest(message.as_bytes()));
        assert_eq!(found, expected, "{message:?}");
    }
    let messages = suite.map(|(message, _)| message.as_bytes());
    for path in Path::all() {
        let mut found = Vec::new();
        path.digest_many(&messages, &mut found);
        let found = Vec::from_iter(found.into_iter().map(u128::from_be_bytes));
        assert_eq!(
            found,
            suite.map(|(_, expected)| expected),
            "{}",
            path.name()
        );
    }
}

/// A message of any length is digested alone.
#[test]
fn any_length_alone() {
    let bytes = bytes(1_000);
    for len in (0..=1_000).step_by(if cfg!(miri) { 111 } else { 1 }) {
        let message = &bytes[..len];
        assert_eq!(digest(message), judge(message), "{len} bytes");
    }
}

/// A message of any length is digested in any lane: as many longer messages
/// come before it, and shorter ones behind.
#[test]
fn any_length_in_any_lane() {
    let bytes = bytes(1_000);
    let (step, lanes) = if cfg!(miri) {
        (300, 6..7)
    } else {
        (1, 0..LANES)
    };
    for len in (0..=300).step_by(step) {
        for lane in lanes.clone() {
            let mut lengths = [len / 2; LANES];
            lengths[..lane].fill(len + 70);
            lengths[lane] = len;
            check(&cut(&bytes, &lengths));
        }
    }
}

/// Batches of any size, of messages of one length.
#[test]
fn any_number_of_messages() {
    let bytes = bytes(1_100);
    let (step, lengths) = if cfg!(miri) {
        (20, &[0][..])
    } else {
        (1, &[36, 1_000][..])
    };
    for count in (0..=MORE_THAN_LANES).step_by(step) {
        for &len in lengths {
            check(&cut(&bytes, &vec![len; count]));
        }
    }
}

/// One long message among short ones, wherever it stands.
#[test]
fn one_long_among_short_ones() {
    if cfg!(miri) {
        return;
    }
    let long = 100_000;
    let bytes = bytes(long + 20);
    for short in [10, 100] {
        for place in [0, 1, 19, MORE_THAN_LANES - 1] {
            let mut lengths = [short; MORE_THAN_LANES];
            lengths[place] = long;
            check(&cut(&bytes, &lengths));
        }
    }
}

/// Long messages that begin at the same place of a page, so that one group runs
/// ahead of the other.
#[test]
fn long_messages_at_the_same_place_of_a_page() {
    if cfg!(miri) {
        return;
    }
    let bytes = bytes(200_000);
    for count in [9, 16, 33] {
        let starts = (0..count).map(|number| number * 4_096);
        let messages = starts.map(|start| &bytes[start..start + 20_000 + start / 100]);
        check(&Vec::from_iter(messages));
    }
}

/// Batches of several windows, with messages of one block between longer ones.
#[test]
fn more_messages_than_are_sorted_together() {
    let mut dice = Dice(3);
    let bytes = bytes(400);
    if cfg!(miri) {
        return;
    }
    for count in 2_045..2_052 {
        let lengths = Vec::from_iter((0..count).map(|_| dice.below(200)));
        check(&cut(&bytes, &lengths));
    }
}

/// Batches of any lengths.
#[test]
fn any_batch() {
    let bytes = bytes(2_100);
    let mut dice = Dice(7);
    for _ in 0..if cfg!(miri) { 1 } else { 10_000 } {
        let longest = [130, 60, 400, 2_000][dice.below(if cfg!(miri) { 1 } else { 4 })];
        let count = dice.below(MORE_THAN_LANES);
        let lengths = Vec::from_iter((0..count).map(|_| dice.below(longest)));
        check(&cut(&bytes, &lengths));
    }
}

/// A path with lanes is there wherever this crate has one.
#[test]
fn lanes_are_found() {
    let names = Vec::from_iter(Path::all().map(|path| path.name()));
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    let [avx512, avx2] = [
        std::arch::is_x86_feature_detected!("avx512f"),
        std::arch::is_x86_feature_detected!("avx2"),
    ];
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let [avx512, avx2] = [
        cfg!(target_feature = "avx512f"),
        cfg!(target_feature = "avx2"),
    ];
    for (name, expected) in [
        ("avx512", avx512),
        ("avx2", avx2),
        (
            "sse2",
            cfg!(target_feature = "sse2") && cfg!(target_arch = "x86_64"),
        ),
        ("neon", cfg!(target_arch = "aarch64")),
        ("simd128", cfg!(target_feature = "simd128")),
        ("single", true),
        ("registers", true),
        ("plain", true),
    ] {
        assert_eq!(names.contains(&name), expected, "{names:?}");
    }
}
