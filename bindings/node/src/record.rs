//! A Kinesis record that is ready to be sent.

use kinesis_agg::{AggregatedRecord, Judgement};
use napi::Env;
use napi::bindgen_prelude::{BufferSlice, ObjectFinalize};
use napi_derive::napi;

use crate::failure::{self, Result};

/// A Kinesis record that is ready to be sent, in the core's memory.
#[napi(custom_finalize)]
pub struct SealedRecord {
    pub(crate) core: AggregatedRecord,
}

impl SealedRecord {
    /// Tells the garbage collector how much it holds.
    pub(crate) fn new(env: Env, core: AggregatedRecord) -> Self {
        let _advice = env.adjust_external_memory(held(&core));
        Self { core }
    }
}

impl ObjectFinalize for SealedRecord {
    fn finalize(self, env: Env) -> napi::Result<()> {
        env.adjust_external_memory(-held(&self.core)).map(|_| ())
    }
}

fn held(core: &AggregatedRecord) -> i64 {
    i64::try_from(core.size()).unwrap_or(i64::MAX)
}

#[napi]
impl SealedRecord {
    /// A record that JavaScript packed; its data is copied.
    #[napi(constructor, catch_unwind)]
    pub fn of_parts(
        env: Env,
        partition_key: String,
        explicit_hash_key: Option<String>,
        data: &[u8],
        framed: bool,
    ) -> Result<Self> {
        let explicit_hash_key = explicit_hash_key.as_deref();
        let explicit_hash_key = explicit_hash_key.map(failure::hash_key).transpose()?;
        let core =
            AggregatedRecord::from_parts(partition_key, explicit_hash_key, data.to_vec(), framed);
        let core = core.ok_or_else(|| failure::changed("the data of the record was changed"))?;
        Ok(Self::new(env, core))
    }

    #[napi(getter, catch_unwind)]
    pub fn partition_key(&self) -> String {
        self.core.partition_key().to_owned()
    }

    #[napi(getter, catch_unwind)]
    pub fn explicit_hash_key(&self) -> Option<String> {
        self.core.explicit_hash_key().map(|key| key.to_string())
    }

    /// A copy of the data.
    #[napi(catch_unwind)]
    pub fn data<'env>(&self, env: &'env Env) -> napi::Result<BufferSlice<'env>> {
        BufferSlice::copy_from(env, self.core.data())
    }

    /// Moves the data out, for JavaScript to keep: its garbage collector cannot see what is
    /// held in the memory of WebAssembly.
    #[napi(catch_unwind)]
    pub fn lend<'env>(&mut self, env: &'env Env) -> napi::Result<BufferSlice<'env>> {
        BufferSlice::copy_from(env, self.core.replace_data(Vec::new()))
    }

    /// Takes the data back that was lent.
    #[napi(catch_unwind)]
    pub fn take_back(&mut self, data: &[u8]) {
        self.core.replace_data(data.to_vec());
    }

    #[napi(getter, catch_unwind)]
    pub fn user_record_count(&self) -> f64 {
        self.core.user_record_count() as f64
    }

    #[napi(getter, catch_unwind)]
    pub fn is_framed(&self) -> bool {
        self.core.is_framed()
    }

    #[napi(getter, catch_unwind)]
    pub fn size(&self) -> f64 {
        self.core.size() as f64
    }

    /// The lowest and the highest hash key.
    #[napi(getter, catch_unwind)]
    pub fn hash_key_span(&self) -> Vec<String> {
        let span = self.core.hash_key_span();
        vec![span.start().to_string(), span.end().to_string()]
    }
}

pub(crate) const fn judgement(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Delivered => "delivered",
        Judgement::SendAgain => "send-again",
        Judgement::UnknownShard => "unknown-shard",
        Judgement::KeysIgnored => "keys-ignored",
    }
}
