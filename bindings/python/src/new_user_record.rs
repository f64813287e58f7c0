//! User records as they are pushed: read from Python's objects, and held, so that
//! the core can borrow from them without the GIL.

use kinesis_agg::{NewUserRecord, Tag};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyString, PyTuple};

use crate::convert;
use crate::errors::{self, Refusal};
use crate::user_record::UserRecord;

/// Keys and values of tags.
type Tags = Vec<(PyBackedStr, Option<PyBackedStr>)>;

/// A user record to be packed.
pub(crate) struct Held {
    partition_key: PyBackedStr,
    data: PyBackedBytes,
    explicit_hash_key: Option<PyBackedStr>,
    tags: Tags,
}

/// What could be read, or why it cannot be packed. Wrong types are errors instead.
pub(crate) type Read = Result<Held, Refusal>;

impl Held {
    pub(crate) fn new(
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
        tags: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Read> {
        let partition_key = convert::text("partition_key", partition_key)?;
        let data = convert::bytes(data)?.into();
        let explicit_hash_key = explicit_hash_key.filter(|key| !key.is_none());
        let explicit_hash_key = explicit_hash_key.map(convert::digits).transpose()?;
        let tags = tags.map_or_else(|| Ok(Some(Vec::new())), read_tags)?;
        let refused = |partition_key| Refusal::NoUtf8 { partition_key };
        Ok(partition_key
            .ok_or(refused(true))
            .and_then(|partition_key| {
                Ok(Self {
                    partition_key,
                    data,
                    explicit_hash_key,
                    tags: tags.ok_or(refused(false))?,
                })
            }))
    }

    /// A tuple of the same, or a user record that was read.
    fn of_item(item: &Bound<'_, PyAny>) -> PyResult<Read> {
        if let Ok(read) = item.cast::<UserRecord>() {
            return Self::of_user_record(read);
        }
        let Ok(parts) = item.cast::<PyTuple>() else {
            return Err(convert::expected("it", "a tuple or a user record", item));
        };
        if !(2..=4).contains(&parts.len()) {
            let text = "it is no tuple of partition key, data, explicit hash key, tags";
            return Err(PyTypeError::new_err(text));
        }
        // Asked first: an IndexError costs more than all the rest.
        let part = |place| {
            (place < parts.len())
                .then(|| parts.get_item(place))
                .transpose()
        };
        let (partition_key, data) = (parts.get_item(0)?, parts.get_item(1)?);
        Self::new(&partition_key, &data, part(2)?.as_ref(), part(3)?.as_ref())
    }

    fn of_user_record(read: &Bound<'_, UserRecord>) -> PyResult<Read> {
        let py = read.py();
        let read = read.get();
        let texts = read.tag_texts(py).into_iter();
        let held = |text: &str| PyString::new(py, text).try_into();
        let tags =
            texts.map(|(key, value)| Ok((held(&key)?, value.as_deref().map(held).transpose()?)));
        let tags = tags.collect::<PyResult<_>>()?;
        let explicit = read.explicit_hash_key.as_ref();
        Ok(Ok(Self {
            partition_key: read.partition_key.bind(py).clone().try_into()?,
            data: convert::bytes(read.data.bind(py))?.into(),
            explicit_hash_key: explicit
                .map(|key| key.bind(py).clone().try_into())
                .transpose()?,
            tags,
        }))
    }

    /// Lets `work` have it as the core takes it.
    pub(crate) fn borrowed<R>(&self, work: impl FnOnce(NewUserRecord<'_>) -> R) -> R {
        let tags = self.core_tags();
        work(self.core(&tags))
    }

    fn core<'a>(&'a self, tags: &'a [Tag<'a>]) -> NewUserRecord<'a> {
        let mut record = NewUserRecord::new(&self.partition_key, &self.data);
        if let Some(key) = &self.explicit_hash_key {
            record = record.with_explicit_hash_key(key);
        }
        record.with_tags(tags)
    }

    fn core_tags(&self) -> Vec<Tag<'_>> {
        let tags = self.tags.iter();
        tags.map(|(key, value)| Tag::new(key, value.as_deref()))
            .collect()
    }
}

/// Lets `work` have many as the core takes them.
pub(crate) fn borrowed<R>(held: &[Held], work: impl FnOnce(&[NewUserRecord<'_>]) -> R) -> R {
    let tags = Vec::from_iter(held.iter().map(Held::core_tags));
    let records = held.iter().zip(&tags).map(|(held, tags)| held.core(tags));
    work(&Vec::from_iter(records))
}

/// All user records of an iterable: those that can be packed, with their places, and
/// those that cannot.
#[derive(Default)]
pub(crate) struct Many {
    pub(crate) held: Vec<Held>,
    pub(crate) places: Vec<usize>,
    pub(crate) refused: Vec<(usize, Refusal)>,
}

impl Many {
    pub(crate) fn read(items: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut many = Self::default();
        for (place, item) in items.try_iter()?.enumerate() {
            let read = Held::of_item(&item?);
            match read.map_err(|error| errors::in_record(items.py(), place, error))? {
                Ok(held) => {
                    many.held.push(held);
                    many.places.push(place);
                }
                Err(refusal) => many.refused.push((place, refusal)),
            }
        }
        Ok(many)
    }
}

/// Pairs of a key and a value or None; `None` in it when one has no UTF-8.
fn read_tags(tags: &Bound<'_, PyAny>) -> PyResult<Option<Tags>> {
    let mut read = Vec::new();
    for tag in tags.try_iter()? {
        let (key, value) = tag?.extract::<(Bound<'_, PyAny>, Option<Bound<'_, PyAny>>)>()?;
        let key = convert::text("the key of a tag", &key)?;
        let value = value.map(|value| convert::text("the value of a tag", &value));
        let value = value.transpose()?;
        match (key, value) {
            (Some(key), None) => read.push((key, None)),
            (Some(key), Some(Some(value))) => read.push((key, Some(value))),
            _ => return Ok(None),
        }
    }
    Ok(Some(read))
}
