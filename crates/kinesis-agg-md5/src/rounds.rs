//! The 64 steps of MD5, written once: the one-stream code and every kernel of
//! lanes expand them.
//!
//! ```text
//! (a, b, c, d) = (d, b + rotate_left(a + mix(b, c, d) + word + constant, shift), b, c)
//! ```
//!
//! Each line gives the mixing function, the word of the block, the shift and the
//! constant of a step, as RFC 1321 tabulates them. What a step is made of, a
//! number or a vector of numbers, is the business of the macro that is called.

/// The state before the first block.
pub(crate) const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// Calls `$step!` with `$state` and `$words` for each step, in order.
macro_rules! rounds {
    ($step:ident, $state:ident, $words:ident) => {
        $step!($state, $words, f, 0, 7, 0xd76a_a478);
        $step!($state, $words, f, 1, 12, 0xe8c7_b756);
        $step!($state, $words, f, 2, 17, 0x2420_70db);
        $step!($state, $words, f, 3, 22, 0xc1bd_ceee);
        $step!($state, $words, f, 4, 7, 0xf57c_0faf);
        $step!($state, $words, f, 5, 12, 0x4787_c62a);
        $step!($state, $words, f, 6, 17, 0xa830_4613);
        $step!($state, $words, f, 7, 22, 0xfd46_9501);
        $step!($state, $words, f, 8, 7, 0x6980_98d8);
        $step!($state, $words, f, 9, 12, 0x8b44_f7af);
        $step!($state, $words, f, 10, 17, 0xffff_5bb1);
        $step!($state, $words, f, 11, 22, 0x895c_d7be);
        $step!($state, $words, f, 12, 7, 0x6b90_1122);
        $step!($state, $words, f, 13, 12, 0xfd98_7193);
        $step!($state, $words, f, 14, 17, 0xa679_438e);
        $step!($state, $words, f, 15, 22, 0x49b4_0821);

        $step!($state, $words, g, 1, 5, 0xf61e_2562);
        $step!($state, $words, g, 6, 9, 0xc040_b340);
        $step!($state, $words, g, 11, 14, 0x265e_5a51);
        $step!($state, $words, g, 0, 20, 0xe9b6_c7aa);
        $step!($state, $words, g, 5, 5, 0xd62f_105d);
        $step!($state, $words, g, 10, 9, 0x0244_1453);
        $step!($state, $words, g, 15, 14, 0xd8a1_e681);
        $step!($state, $words, g, 4, 20, 0xe7d3_fbc8);
        $step!($state, $words, g, 9, 5, 0x21e1_cde6);
        $step!($state, $words, g, 14, 9, 0xc337_07d6);
        $step!($state, $words, g, 3, 14, 0xf4d5_0d87);
        $step!($state, $words, g, 8, 20, 0x455a_14ed);
        $step!($state, $words, g, 13, 5, 0xa9e3_e905);
        $step!($state, $words, g, 2, 9, 0xfcef_a3f8);
        $step!($state, $words, g, 7, 14, 0x676f_02d9);
        $step!($state, $words, g, 12, 20, 0x8d2a_4c8a);

        $step!($state, $words, h, 5, 4, 0xfffa_3942);
        $step!($state, $words, h, 8, 11, 0x8771_f681);
        $step!($state, $words, h, 11, 16, 0x6d9d_6122);
        $step!($state, $words, h, 14, 23, 0xfde5_380c);
        $step!($state, $words, h, 1, 4, 0xa4be_ea44);
        $step!($state, $words, h, 4, 11, 0x4bde_cfa9);
        $step!($state, $words, h, 7, 16, 0xf6bb_4b60);
        $step!($state, $words, h, 10, 23, 0xbebf_bc70);
        $step!($state, $words, h, 13, 4, 0x289b_7ec6);
        $step!($state, $words, h, 0, 11, 0xeaa1_27fa);
        $step!($state, $words, h, 3, 16, 0xd4ef_3085);
        $step!($state, $words, h, 6, 23, 0x0488_1d05);
        $step!($state, $words, h, 9, 4, 0xd9d4_d039);
        $step!($state, $words, h, 12, 11, 0xe6db_99e5);
        $step!($state, $words, h, 15, 16, 0x1fa2_7cf8);
        $step!($state, $words, h, 2, 23, 0xc4ac_5665);

        $step!($state, $words, i, 0, 6, 0xf429_2244);
        $step!($state, $words, i, 7, 10, 0x432a_ff97);
        $step!($state, $words, i, 14, 15, 0xab94_23a7);
        $step!($state, $words, i, 5, 21, 0xfc93_a039);
        $step!($state, $words, i, 12, 6, 0x655b_59c3);
        $step!($state, $words, i, 3, 10, 0x8f0c_cc92);
        $step!($state, $words, i, 10, 15, 0xffef_f47d);
        $step!($state, $words, i, 1, 21, 0x8584_5dd1);
        $step!($state, $words, i, 8, 6, 0x6fa8_7e4f);
        $step!($state, $words, i, 15, 10, 0xfe2c_e6e0);
        $step!($state, $words, i, 6, 15, 0xa301_4314);
        $step!($state, $words, i, 13, 21, 0x4e08_11a1);
        $step!($state, $words, i, 4, 6, 0xf753_7e82);
        $step!($state, $words, i, 11, 10, 0xbd3a_f235);
        $step!($state, $words, i, 2, 15, 0x2ad7_d2bb);
        $step!($state, $words, i, 9, 21, 0xeb86_d391);
    };
}
pub(crate) use rounds;
