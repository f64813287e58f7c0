use super::{Kernel, States, kernel, lane_step};
use core::arch::x86_64::*;
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sse2;
impl Kernel<4> for Sse2 {
    #[allow(unsafe_code)]
    fn run(self, states: &mut [States<4>], blocks: &[[&[u8]; 4]], count: usize) {
        // SAFETY: SSE2 is enabled for the whole crate: this module's `cfg`.
        unsafe { match states.len() {
            1 => one(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
            2 => two(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
            _ => three(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
        } }
    }
}
macro_rules! ops {
    ($(fn $name:ident $(<$(const $c:ident: i32),*>)? ($($arg:ident: $type:ty),*) -> $result:ty $body:block)*) => {
        $(#[inline] #[target_feature(enable = "sse2")] fn $name $(<$(const $c: i32),*>)? ($($arg: $type),*) -> $result $body)*
    };
}
type V = __m128i;
ops! {
    fn add(x: V, y: V) -> V { _mm_add_epi32(x, y) }
    fn splat(x: u32) -> V { _mm_set1_epi32(x as i32) }
    fn rotate_left<const L: i32, const R: i32>(x: V) -> V { _mm_or_si128(_mm_slli_epi32::<L>(x), _mm_srli_epi32::<R>(x)) }
    fn f(t: V, b: V, c: V, d: V) -> V { add(t, _mm_xor_si128(d, _mm_and_si128(b, _mm_xor_si128(c, d)))) }
    fn g(t: V, b: V, c: V, d: V) -> V { add(add(t, _mm_andnot_si128(d, c)), _mm_and_si128(b, d)) }
    fn h(t: V, b: V, c: V, d: V) -> V { add(t, _mm_xor_si128(b, _mm_xor_si128(c, d))) }
    fn i(t: V, b: V, c: V, d: V) -> V { add(t, _mm_xor_si128(c, _mm_or_si128(b, _mm_xor_si128(d, _mm_set1_epi32(-1))))) }
    fn row(blocks: &[&[u8]; 4], at: usize, lane: usize) -> V {
        let [a0,a1,a2,a3,a4,a5,a6,a7,b0,b1,b2,b3,b4,b5,b6,b7]: [u8; 16] = *blocks[lane][at..].first_chunk().unwrap();
        _mm_set_epi64x(i64::from_le_bytes([b0,b1,b2,b3,b4,b5,b6,b7]), i64::from_le_bytes([a0,a1,a2,a3,a4,a5,a6,a7]))
    }
    fn transpose(r: [V; 4]) -> [V; 4] {
        let (t0, t2) = (_mm_unpacklo_epi32(r[0], r[1]), _mm_unpacklo_epi32(r[2], r[3]));
        let (t1, t3) = (_mm_unpackhi_epi32(r[0], r[1]), _mm_unpackhi_epi32(r[2], r[3]));
        [_mm_unpacklo_epi64(t0, t2), _mm_unpackhi_epi64(t0, t2), _mm_unpacklo_epi64(t1, t3), _mm_unpackhi_epi64(t1, t3)]
    }
    fn load(states: &States<4>) -> [V; 4] {
        [load1(&states[0]),load1(&states[1]),load1(&states[2]),load1(&states[3])]
    }
    fn load1(s: &[u32; 4]) -> V { let [a,b,c,d] = *s; _mm_setr_epi32(a as i32,b as i32,c as i32,d as i32) }
    fn store(states: [V; 4]) -> States<4> {
        [store1(states[0]),store1(states[1]),store1(states[2]),store1(states[3])]
    }
    fn store1(v: V) -> [u32; 4] {
        let (low, high) = (_mm_cvtsi128_si64(v) as u64, _mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v)) as u64);
        [low as u32, (low >> 32) as u32, high as u32, (high >> 32) as u32]
    }
}
kernel!("sse2", 4, 1, [0], one);
kernel!("sse2", 4, 2, [0, 1], two);
kernel!("sse2", 4, 3, [0, 1, 2], three);
