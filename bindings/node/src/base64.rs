//! Base64 of many pieces, in few texts.

use std::ops::Range;

use base64_simd::{Out, STANDARD};
use napi::{Env, JsString, Result};

/// A text has more characters only when they are of one piece. A part of it keeps all of
/// it alive.
const TEXT: usize = 1024;

/// The base64 of pieces of a blob, one behind the other; each is in one text.
pub(crate) fn texts<'env>(
    env: &'env Env,
    blob: &[u8],
    pieces: impl Iterator<Item = Range<usize>>,
) -> Result<Vec<JsString<'env>>> {
    let mut texts = Vec::new();
    let mut text = Vec::with_capacity(TEXT);
    for piece in pieces {
        let piece = blob.get(piece).unwrap_or_default();
        let length = STANDARD.encoded_length(piece.len());
        if !text.is_empty() && text.len() + length > TEXT {
            texts.push(env.create_string_latin1(&text)?);
            text.clear();
        }
        let start = text.len();
        text.resize(start + length, 0);
        let _ = STANDARD.encode(piece, Out::from_slice(&mut text[start..]));
    }
    if !text.is_empty() {
        texts.push(env.create_string_latin1(&text)?);
    }
    Ok(texts)
}
