//! Base64 of many pieces, in few texts.

use std::ops::Range;

use base64_simd::{Out, STANDARD};
use napi::{Env, JsString, Result};

/// A text has more characters only when they are of one piece. A part of it keeps all of
/// it alive; making one takes as long as the base64 of a kilobyte.
const TEXT: usize = 4096;

/// The base64 of pieces of a blob, one behind the other; each is in one text.
pub(crate) fn texts<'env>(
    env: &'env Env,
    blob: &[u8],
    pieces: impl Iterator<Item = Range<usize>>,
) -> Result<Vec<JsString<'env>>> {
    let mut texts = Vec::new();
    let mut text = vec![0; TEXT];
    let mut end = 0;
    for piece in pieces {
        let piece = blob.get(piece).unwrap_or_default();
        let length = STANDARD.encoded_length(piece.len());
        if end > 0 && end + length > TEXT {
            texts.push(env.create_string_latin1(&text[..end])?);
            end = 0;
        }
        if text.len() < end + length {
            text.resize(end + length, 0);
        }
        let _ = STANDARD.encode(piece, Out::from_slice(&mut text[end..end + length]));
        end += length;
    }
    if end > 0 {
        texts.push(env.create_string_latin1(&text[..end])?);
    }
    Ok(texts)
}
