// Automatically generated rust module for 'aggregated_record.proto' file

#![allow(non_snake_case)]
#![allow(non_upper_case_globals)]
#![allow(non_camel_case_types)]
#![allow(unused_imports)]
#![allow(unknown_lints)]
#![allow(clippy::all)]
#![cfg_attr(rustfmt, rustfmt_skip)]


use std::borrow::Cow;
use quick_protobuf::{MessageInfo, MessageRead, MessageWrite, BytesReader, Writer, WriterBackend, Result};
use quick_protobuf::sizeofs::*;
use super::*;

#[allow(clippy::derive_partial_eq_without_eq)]
#[derive(Debug, Default, PartialEq, Clone)]
pub struct AggregatedRecord<'a> {
    pub partition_key_table: Vec<Cow<'a, str>>,
    pub explicit_hash_key_table: Vec<Cow<'a, str>>,
    pub records: Vec<Record<'a>>,
}

impl<'a> MessageRead<'a> for AggregatedRecord<'a> {
    fn from_reader(r: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
        let mut msg = Self::default();
        while !r.is_eof() {
            match r.next_tag(bytes) {
                Ok(10) => msg.partition_key_table.push(r.read_string(bytes).map(Cow::Borrowed)?),
                Ok(18) => msg.explicit_hash_key_table.push(r.read_string(bytes).map(Cow::Borrowed)?),
                Ok(26) => msg.records.push(r.read_message::<Record>(bytes)?),
                Ok(t) => { r.read_unknown(bytes, t)?; }
                Err(e) => return Err(e),
            }
        }
        Ok(msg)
    }
}

impl<'a> MessageWrite for AggregatedRecord<'a> {
    fn get_size(&self) -> usize {
        0
        + self.partition_key_table.iter().map(|s| 1 + sizeof_len((s).len())).sum::<usize>()
        + self.explicit_hash_key_table.iter().map(|s| 1 + sizeof_len((s).len())).sum::<usize>()
        + self.records.iter().map(|s| 1 + sizeof_len((s).get_size())).sum::<usize>()
    }

    fn write_message<W: WriterBackend>(&self, w: &mut Writer<W>) -> Result<()> {
        for s in &self.partition_key_table { w.write_with_tag(10, |w| w.write_string(&**s))?; }
        for s in &self.explicit_hash_key_table { w.write_with_tag(18, |w| w.write_string(&**s))?; }
        for s in &self.records { w.write_with_tag(26, |w| w.write_message(s))?; }
        Ok(())
    }
}

#[allow(clippy::derive_partial_eq_without_eq)]
#[derive(Debug, Default, PartialEq, Clone)]
pub struct Record<'a> {
    pub partition_key_index: u64,
    pub explicit_hash_key_index: Option<u64>,
    pub data: Cow<'a, [u8]>,
    pub tags: Vec<Tag<'a>>,
}

impl<'a> MessageRead<'a> for Record<'a> {
    fn from_reader(r: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
        let mut msg = Self::default();
        while !r.is_eof() {
            match r.next_tag(bytes) {
                Ok(8) => msg.partition_key_index = r.read_uint64(bytes)?,
                Ok(16) => msg.explicit_hash_key_index = Some(r.read_uint64(bytes)?),
                Ok(26) => msg.data = r.read_bytes(bytes).map(Cow::Borrowed)?,
                Ok(34) => msg.tags.push(r.read_message::<Tag>(bytes)?),
                Ok(t) => { r.read_unknown(bytes, t)?; }
                Err(e) => return Err(e),
            }
        }
        Ok(msg)
    }
}

impl<'a> MessageWrite for Record<'a> {
    fn get_size(&self) -> usize {
        0
        + 1 + sizeof_varint(*(&self.partition_key_index) as u64)
        + self.explicit_hash_key_index.as_ref().map_or(0, |m| 1 + sizeof_varint(*(m) as u64))
        + 1 + sizeof_len((&self.data).len())
        + self.tags.iter().map(|s| 1 + sizeof_len((s).get_size())).sum::<usize>()
    }

    fn write_message<W: WriterBackend>(&self, w: &mut Writer<W>) -> Result<()> {
        w.write_with_tag(8, |w| w.write_uint64(*&self.partition_key_index))?;
        if let Some(ref s) = self.explicit_hash_key_index { w.write_with_tag(16, |w| w.write_uint64(*s))?; }
        w.write_with_tag(26, |w| w.write_bytes(&**&self.data))?;
        for s in &self.tags { w.write_with_tag(34, |w| w.write_message(s))?; }
        Ok(())
    }
}

#[allow(clippy::derive_partial_eq_without_eq)]
#[derive(Debug, Default, PartialEq, Clone)]
pub struct Tag<'a> {
    pub key: Cow<'a, str>,
    pub value: Option<Cow<'a, str>>,
}

impl<'a> MessageRead<'a> for Tag<'a> {
    fn from_reader(r: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
        let mut msg = Self::default();
        while !r.is_eof() {
            match r.next_tag(bytes) {
                Ok(10) => msg.key = r.read_string(bytes).map(Cow::Borrowed)?,
                Ok(18) => msg.value = Some(r.read_string(bytes).map(Cow::Borrowed)?),
                Ok(t) => { r.read_unknown(bytes, t)?; }
                Err(e) => return Err(e),
            }
        }
        Ok(msg)
    }
}

impl<'a> MessageWrite for Tag<'a> {
    fn get_size(&self) -> usize {
        0
        + 1 + sizeof_len((&self.key).len())
        + self.value.as_ref().map_or(0, |m| 1 + sizeof_len((m).len()))
    }

    fn write_message<W: WriterBackend>(&self, w: &mut Writer<W>) -> Result<()> {
        w.write_with_tag(10, |w| w.write_string(&**&self.key))?;
        if let Some(ref s) = self.value { w.write_with_tag(18, |w| w.write_string(&**s))?; }
        Ok(())
    }
}

