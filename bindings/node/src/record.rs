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

impl SealedRecord {
    /// Tells the garbage collector of the difference.
    fn replace(&mut self, env: Env, core: AggregatedRecord) {
        let _advice = env.adjust_external_memory(held(&core) - held(&self.core));
        self.core = core;
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
        let core = core.ok_or_else(failure::changed)?;
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
        let data = BufferSlice::copy_from(env, self.core.data())?;
        self.release(*env);
        Ok(data)
    }

    /// Lets go of the data, which JavaScript has.
    #[napi(catch_unwind)]
    pub fn release(&mut self, env: Env) {
        let before = held(&self.core);
        drop(self.core.replace_data(Vec::new()));
        let _advice = env.adjust_external_memory(held(&self.core) - before);
    }

    /// Takes the data back that was lent, unless an aggregate was changed meanwhile.
    #[napi(catch_unwind)]
    pub fn take_back(&mut self, env: Env, data: &[u8]) -> Result<()> {
        let core = &self.core;
        let (key, hash_key) = (core.partition_key().to_owned(), core.explicit_hash_key());
        let read = AggregatedRecord::from_parts(key, hash_key, data.to_vec(), core.is_framed());
        let read = read.ok_or_else(failure::changed)?;
        let inside =
            |record: &AggregatedRecord| (record.user_record_count(), record.hash_key_span());
        if inside(&read) != inside(core) {
            return Err(failure::changed());
        }
        self.replace(env, read);
        Ok(())
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
