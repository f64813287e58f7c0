use super::{Kernel, States, kernel, lane_step};
use core::arch::x86_64::*;
#[derive(Clone, Copy, Debug)]
pub(crate) struct Avx2(());
impl Avx2 {
    pub(crate) fn detect() -> Option<Self> {
        #[cfg(feature = "std")]
        let found = std::arch::is_x86_feature_detected!("avx2");
        #[cfg(not(feature = "std"))]
        let found = cfg!(target_feature = "avx2");
        found.then_some(Self(()))
    }
}
impl Kernel<8> for Avx2 {
    #[allow(unsafe_code)]
    fn run(self, states: &mut [States<8>], blocks: &[[&[u8]; 8]], count: usize) {
        // SAFETY: there is a `self` only where AVX2 was found.
        unsafe { match states.len() {
            1 => one(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
            2 => two(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
            _ => three(states.first_chunk_mut().unwrap(), blocks.first_chunk().unwrap(), count),
        } }
    }
}
macro_rules! ops {
    ($(fn $name:ident $(<$(const $c:ident: i32),*>)? ($($arg:ident: $type:ty),*) -> $result:ty $body:block)*) => {
        $(#[inline] #[target_feature(enable = "avx2")] fn $name $(<$(const $c: i32),*>)? ($($arg: $type),*) -> $result $body)*
    };
}
type V = __m256i;
ops! {
    fn add(x: V, y: V) -> V { _mm256_add_epi32(x, y) }
    fn splat(x: u32) -> V { _mm256_set1_epi32(x as i32) }
    fn rotate_left<const L: i32, const R: i32>(x: V) -> V { _mm256_or_si256(_mm256_slli_epi32::<L>(x), _mm256_srli_epi32::<R>(x)) }
    fn f(t: V, b: V, c: V, d: V) -> V { add(t, _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d)))) }
    fn g(t: V, b: V, c: V, d: V) -> V { add(add(t, _mm256_andnot_si256(d, c)), _mm256_and_si256(b, d)) }
    fn h(t: V, b: V, c: V, d: V) -> V { add(t, _mm256_xor_si256(b, _mm256_xor_si256(c, d))) }
    fn i(t: V, b: V, c: V, d: V) -> V { add(t, _mm256_xor_si256(c, _mm256_or_si256(b, _mm256_xor_si256(d, _mm256_set1_epi32(-1))))) }
    fn half(bytes: &[u8], at: usize) -> __m128i {
        let [a0,a1,a2,a3,a4,a5,a6,a7,b0,b1,b2,b3,b4,b5,b6,b7]: [u8; 16] = *bytes[at..].first_chunk().unwrap();
        _mm_set_epi64x(i64::from_le_bytes([b0,b1,b2,b3,b4,b5,b6,b7]), i64::from_le_bytes([a0,a1,a2,a3,a4,a5,a6,a7]))
    }
    fn row(blocks: &[&[u8]; 8], at: usize, lane: usize) -> V {
        _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(half(blocks[lane], at)), half(blocks[lane+4], at))
    }
    fn transpose(r: [V; 4]) -> [V; 4] {
        let (t0, t2) = (_mm256_unpacklo_epi32(r[0], r[1]), _mm256_unpacklo_epi32(r[2], r[3]));
        let (t1, t3) = (_mm256_unpackhi_epi32(r[0], r[1]), _mm256_unpackhi_epi32(r[2], r[3]));
        [_mm256_unpacklo_epi64(t0, t2), _mm256_unpackhi_epi64(t0, t2), _mm256_unpacklo_epi64(t1, t3), _mm256_unpackhi_epi64(t1, t3)]
    }
    fn load(states: &States<8>) -> [V; 4] {
        [load1(&states[0]),load1(&states[1]),load1(&states[2]),load1(&states[3])]
    }
    fn load1(s: &[u32; 8]) -> V { let [a,b,c,d,e,f,g,h] = *s; _mm256_setr_epi32(a as i32,b as i32,c as i32,d as i32,e as i32,f as i32,g as i32,h as i32) }
    fn store(states: [V; 4]) -> States<8> {
        [store1(states[0]),store1(states[1]),store1(states[2]),store1(states[3])]
    }
    fn store1(v: V) -> [u32; 8] {
        [
            _mm256_extract_epi32::<0>(v) as u32,_mm256_extract_epi32::<1>(v) as u32,_mm256_extract_epi32::<2>(v) as u32,_mm256_extract_epi32::<3>(v) as u32,
            _mm256_extract_epi32::<4>(v) as u32,_mm256_extract_epi32::<5>(v) as u32,_mm256_extract_epi32::<6>(v) as u32,_mm256_extract_epi32::<7>(v) as u32]
    }
}
kernel!("avx2", 8, 1, [0], one);
kernel!("avx2", 8, 2, [0, 1], two);
kernel!("avx2", 8, 3, [0, 1, 2], three);
