//! What the two aggregators share: options until the first user record, and
//! the aggregates that are full and wait to be sealed.

use crate::failure::Failure;
use crate::status::{KAGG_ERR_IN_USE, KAGG_ERR_OPTION, KAGG_FULL, KAGG_OK, kagg_status};
use core::mem::take;
use kinesis_agg::{
    AggregatedRecord, Aggregator, Full, Grouping, Options, OuterPartitionKey, ShardedAggregator,
    Unsealed, seal_many,
};
use libc::c_int;

/// Aggregates that carry the partition key of their first user record.
pub const KAGG_OUTER_PARTITION_KEY_FIRST: c_int = 0;
/// Aggregates that carry the partition key "a", as those of the KPL.
pub const KAGG_OUTER_PARTITION_KEY_KPL: c_int = 1;

/// Either aggregator of the core.
pub(crate) trait Packer: Sized {
    /// What it is made of, besides options.
    type Recipe: Clone;

    fn make(recipe: &Self::Recipe, options: Options) -> Result<Self, Failure>;
}

impl Packer for Aggregator {
    type Recipe = ();

    fn make((): &(), options: Options) -> Result<Self, Failure> {
        #[cfg(target_arch = "wasm32")]
        let made = Self::with_seed(options, crate::wasm::seed());
        #[cfg(not(target_arch = "wasm32"))]
        let made = Self::with_options(options);
        Ok(made)
    }
}

/// A grouping, and how many aggregates may be open, and their bytes.
pub(crate) type ShardedRecipe = (Grouping, Option<(usize, usize)>);

impl Packer for ShardedAggregator {
    type Recipe = ShardedRecipe;

    fn make((grouping, max_open): &ShardedRecipe, options: Options) -> Result<Self, Failure> {
        #[cfg(target_arch = "wasm32")]
        let made = Self::with_seed(grouping.clone(), options, crate::wasm::seed())?;
        #[cfg(not(target_arch = "wasm32"))]
        let made = Self::with_options(grouping.clone(), options)?;
        Ok(match max_open {
            Some((aggregates, bytes)) => made.with_max_open(*aggregates, *bytes),
            None => made,
        })
    }
}

/// An aggregator of the core, and what is full.
#[derive(Debug)]
pub(crate) struct Packing<P, R> {
    options: Options,
    recipe: R,
    pub(crate) packer: P,
    full: Vec<Unsealed>,
    /// Whether user records or a new shard map were given: then options stand.
    used: bool,
}

impl<P: Packer<Recipe = R>, R: Clone> Packing<P, R> {
    pub(crate) fn new(recipe: R) -> Result<Self, Failure> {
        let options = Options::new();
        Ok(Self {
            packer: P::make(&recipe, options.clone())?,
            options,
            recipe,
            full: Vec::new(),
            used: false,
        })
    }

    /// Takes other options.
    pub(crate) fn set(
        &mut self,
        change: impl FnOnce(Options) -> Result<Options, Failure>,
    ) -> Result<kagg_status, Failure> {
        let recipe = self.recipe.clone();
        let options = change(self.options.clone())?;
        self.remake(recipe, options)
    }

    /// The same with another recipe.
    pub(crate) fn remake(&mut self, recipe: R, options: Options) -> Result<kagg_status, Failure> {
        if self.used {
            return Err(KAGG_ERR_IN_USE.into());
        }
        self.packer = P::make(&recipe, options.clone())?;
        self.recipe = recipe;
        self.options = options;
        Ok(KAGG_OK)
    }

    pub(crate) fn recipe_and_options(&self) -> (R, Options) {
        (self.recipe.clone(), self.options.clone())
    }

    pub(crate) fn set_max_size(&mut self, bytes: usize) -> Result<kagg_status, Failure> {
        self.set(|options| Ok(options.with_max_size(bytes)?))
    }

    pub(crate) fn set_max_count(&mut self, count: usize) -> Result<kagg_status, Failure> {
        self.set(|options| Ok(options.with_max_count(count)?))
    }

    pub(crate) fn set_outer_partition_key(&mut self, key: c_int) -> Result<kagg_status, Failure> {
        let key = match key {
            KAGG_OUTER_PARTITION_KEY_FIRST => OuterPartitionKey::First,
            KAGG_OUTER_PARTITION_KEY_KPL => OuterPartitionKey::Kpl,
            _ => return Err(KAGG_ERR_OPTION.into()),
        };
        self.set(|options| Ok(options.with_outer_partition_key(key)))
    }

    pub(crate) fn without_outer_hash_key(&mut self) -> Result<kagg_status, Failure> {
        self.set(|options| Ok(options.without_outer_hash_key()))
    }

    pub(crate) fn with_framed_singles(&mut self) -> Result<kagg_status, Failure> {
        self.set(|options| Ok(options.with_framed_singles()))
    }

    /// Notes that a user record or a shard map was given.
    pub(crate) fn is_used(&mut self) {
        self.used = true;
    }

    /// Keeps what came out.
    pub(crate) fn keep(&mut self, full: Full) -> kagg_status {
        if full.is_empty() {
            return KAGG_OK;
        }
        self.keep_many(full)
    }

    pub(crate) fn keep_many(&mut self, full: impl IntoIterator<Item = Unsealed>) -> kagg_status {
        self.full.extend(full);
        if self.full.is_empty() {
            KAGG_OK
        } else {
            KAGG_FULL
        }
    }

    /// Seals what is full, together.
    pub(crate) fn seal(&mut self) -> Vec<AggregatedRecord> {
        seal_many(take(&mut self.full))
    }

    /// User records inside, those of full aggregates among them.
    pub(crate) fn user_record_count(&self, open: usize) -> usize {
        let full = self.full.iter().map(Unsealed::user_record_count);
        open + full.sum::<usize>()
    }
}
