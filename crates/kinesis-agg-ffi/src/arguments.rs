//! What callers hand over: pointers and lengths, as slices and texts.

use crate::failure::Failure;
use crate::status::{KAGG_ERR_LENGTH, KAGG_ERR_NOT_UTF8, KAGG_ERR_NULL};
use core::mem::MaybeUninit;
use kinesis_agg::NewUserRecord;
use libc::c_char;

/// The data of a Kinesis record, already base64-decoded.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kagg_blob {
    /// The bytes; may be NULL when there are none.
    pub data: *const u8,
    /// How many bytes there are.
    pub data_len: usize,
}

/// A user record to be aggregated.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kagg_new_user_record {
    /// The partition key: UTF-8, 1 to 256 Unicode characters.
    pub partition_key: *const c_char,
    /// Bytes of the partition key.
    pub partition_key_len: usize,
    /// The explicit hash key in decimal digits, or NULL for none.
    pub explicit_hash_key: *const c_char,
    /// Bytes of the explicit hash key.
    pub explicit_hash_key_len: usize,
    /// The data; may be NULL when there is none.
    pub data: *const u8,
    /// Bytes of the data.
    pub data_len: usize,
}

/// A user record to be aggregated, by places in one buffer. For languages whose
/// pointers must not be kept in C's memory.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct kagg_user_record_span {
    /// Where the partition key begins.
    pub partition_key_offset: u32,
    /// Bytes of the partition key.
    pub partition_key_len: u32,
    /// Where the explicit hash key begins.
    pub explicit_hash_key_offset: u32,
    /// Bytes of the explicit hash key; 0 for none.
    pub explicit_hash_key_len: u32,
    /// Where the data begins.
    pub data_offset: u32,
    /// Bytes of the data.
    pub data_len: u32,
}

/// The slice of `len` things at `pointer`.
///
/// # Safety
///
/// `pointer`: NULL, or valid for reading `len` things, which do not change while
/// the slice is in use.
pub(crate) unsafe fn slice<'a, T>(pointer: *const T, len: usize) -> Result<&'a [T], Failure> {
    if len == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(KAGG_ERR_NULL.into());
    }
    // A slice has at most as many bytes as half the addresses.
    match len.checked_mul(size_of::<T>()) {
        Some(bytes) if isize::try_from(bytes).is_ok() => {}
        _ => return Err(KAGG_ERR_LENGTH.into()),
    }
    // SAFETY: not NULL, not too long, and readable by contract.
    Ok(unsafe { core::slice::from_raw_parts(pointer, len) })
}

/// Places in the caller's memory, to be filled from the first on.
pub(crate) struct Places<T> {
    next: *mut T,
    left: usize,
    filled: usize,
}

impl<T> Places<T> {
    /// # Safety
    ///
    /// `pointer`: NULL, or valid for writing `len` things while this is in use.
    pub(crate) unsafe fn new(pointer: *mut T, len: usize) -> Result<Self, Failure> {
        // SAFETY: nothing is read here, and what may be written is in bounds.
        unsafe { slice(pointer.cast::<MaybeUninit<T>>(), len) }?;
        Ok(Self {
            next: pointer,
            left: len,
            filled: 0,
        })
    }

    pub(crate) const fn left(&self) -> usize {
        self.left
    }

    pub(crate) const fn filled(&self) -> usize {
        self.filled
    }

    /// Fills the next place, which there is as long as any is
    /// [`left`](Self::left).
    #[inline]
    pub(crate) fn push(&mut self, thing: T) {
        assert!(self.left > 0, "one place for each thing");
        // SAFETY: there is a place left, writable by the contract of `new`; the
        // one behind it is at most one past the end.
        unsafe {
            self.next.write(thing);
            self.next = self.next.add(1);
        }
        self.left -= 1;
        self.filled += 1;
    }
}

/// The text of `len` bytes at `pointer`.
///
/// # Safety
///
/// As [`slice`].
pub(crate) unsafe fn text<'a>(pointer: *const c_char, len: usize) -> Result<&'a str, Failure> {
    // SAFETY: handed on.
    utf8(unsafe { slice(pointer.cast(), len) }?)
}

/// The same, where NULL is none.
///
/// # Safety
///
/// As [`slice`].
pub(crate) unsafe fn optional_text<'a>(
    pointer: *const c_char,
    len: usize,
) -> Result<Option<&'a str>, Failure> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: handed on.
    unsafe { text(pointer, len) }.map(Some)
}

fn utf8(bytes: &[u8]) -> Result<&str, Failure> {
    let not_utf8 =
        |error: core::str::Utf8Error| Failure::at_byte(KAGG_ERR_NOT_UTF8, error.valid_up_to());
    str::from_utf8(bytes).map_err(not_utf8)
}

impl kagg_new_user_record {
    /// The user record as the core takes it.
    ///
    /// # Safety
    ///
    /// All pointers as in [`slice`].
    pub(crate) unsafe fn read<'a>(&self) -> Result<NewUserRecord<'a>, Failure> {
        // SAFETY: handed on.
        let (partition_key, explicit_hash_key, data) = unsafe {
            (
                text(self.partition_key, self.partition_key_len)?,
                optional_text(self.explicit_hash_key, self.explicit_hash_key_len)?,
                slice(self.data, self.data_len)?,
            )
        };
        Ok(new_user_record(partition_key, explicit_hash_key, data))
    }
}

impl kagg_user_record_span {
    /// The user record as the core takes it.
    pub(crate) fn read<'a>(&self, bytes: &'a [u8]) -> Result<NewUserRecord<'a>, Failure> {
        let part = |offset: u32, len: u32| {
            let part = bytes
                .get(offset as usize..)
                .and_then(|rest| rest.get(..len as usize));
            part.ok_or(Failure::at_byte(KAGG_ERR_LENGTH, offset as usize))
        };
        let text = |offset, len| part(offset, len).and_then(utf8);
        let partition_key = text(self.partition_key_offset, self.partition_key_len)?;
        let explicit_hash_key = match self.explicit_hash_key_len {
            0 => None,
            len => Some(text(self.explicit_hash_key_offset, len)?),
        };
        let data = part(self.data_offset, self.data_len)?;
        Ok(new_user_record(partition_key, explicit_hash_key, data))
    }
}

fn new_user_record<'a>(
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    data: &'a [u8],
) -> NewUserRecord<'a> {
    let record = NewUserRecord::new(partition_key, data);
    match explicit_hash_key {
        Some(explicit_hash_key) => record.with_explicit_hash_key(explicit_hash_key),
        None => record,
    }
}
