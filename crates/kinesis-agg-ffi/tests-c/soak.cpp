// Packs and reads user records by the million through kinesis_agg.hpp, and looks
// whether memory is lost: see soak.h. Run by `cargo xtask soak leaks-cpp`.

#include "kinesis_agg.hpp"

#include "soak.h"

namespace {

using user_records = std::vector<kagg::new_user_record>;

// What user records go through.
struct handles {
  kagg::shard_map whole{{{"shard-0", "0", HIGHEST}}};
  kagg::shard_map halves{{{"shard-1", "0", LOWER_END}, {"shard-2", UPPER_START, HIGHEST}}};
  kagg::aggregator aggregator;
  kagg::sharded_aggregator sharded{kagg::grouping::shard, whole};
  kagg::deaggregator deaggregator;

  handles() {
    aggregator.set_max_size(MAX_SIZE).set_max_count(MAX_COUNT).frame_singles();
    sharded.set_max_size(MAX_SIZE).set_max_count(MAX_COUNT).frame_singles();
    deaggregator.set_range("0", HIGHEST, kagg::policy::keep_in_range);
  }
};

// The rows from `first` up to `end`.
user_records part(const batch& all, std::size_t first, std::size_t end) {
  user_records made;
  for (std::size_t index = first; index < end; ++index) {
    const kagg_new_user_record& row = all.rows[index];
    kagg::new_user_record record{{row.partition_key, row.partition_key_len},
                                 {row.data, row.data_len}};
    if (row.explicit_hash_key != nullptr) {
      record.explicit_hash_key = {row.explicit_hash_key, row.explicit_hash_key_len};
    }
    made.push_back(record);
  }
  return made;
}

// Adds many user records, with one at each end that is refused.
void push_many(kagg::aggregator& to, user_records given) {
  const kagg::new_user_record refused{"k", "refused", "no number"};
  given.insert(given.begin(), refused);
  given.push_back(refused);
  CHECK(to.push_many(given).refused == 2);
}

// Reads Kinesis records, the first `count`, and three blobs that are no aggregates.
void read_some(soak& so_far, kagg::deaggregator& deaggregator, const kagg::records& records,
               std::size_t count) {
  const kagg::status wrong[] = {KAGG_CHECKSUM, KAGG_INDEX_OUTSIDE_TABLE, KAGG_PLAIN};
  std::vector<kagg::bytes> blobs;
  for (std::size_t index = 0; index < count; ++index) blobs.push_back(records[index].data);
  const kagg::bytes wrong_index(WRONG_INDEX, sizeof WRONG_INDEX);
  const kagg::bytes whole = count > 0 ? blobs[0] : wrong_index;
  blobs.push_back(whole.part(0, whole.size() - 1));
  blobs.push_back(wrong_index);
  blobs.push_back("plain");
  const kagg::reading reading = deaggregator.read(blobs);
  for (std::size_t index = 0; index < reading.blob_count(); ++index) {
    CHECK(reading.blob(index).status == (index < count ? KAGG_OK : wrong[index - count]));
  }
  for (const kagg::user_record& it : reading) {
    const kagg_new_user_record row =
        kagg::new_user_record{it.partition_key, it.data, it.explicit_hash_key}.to_c();
    add(&so_far.read, &row);
  }
}

void read_all(soak& so_far, kagg::deaggregator& deaggregator, const kagg::records& records) {
  read_some(so_far, deaggregator, records, records.size());
}

// The first Kinesis record arrives; then the shard splits, and the others are cut.
void split(soak& so_far, handles& with) {
  with.sharded.finish();
  kagg::records records = with.sharded.seal();
  if (!records.empty()) {
    read_some(so_far, with.deaggregator, records, 1);
    records.remove(0);
  }
  with.sharded.update_shard_map(with.halves, records);
  read_all(so_far, with.deaggregator, records);
}

// The shards merge again. What waits is full then, and comes back.
void merge(soak& so_far, handles& with) {
  kagg::records records;
  with.sharded.finish();
  with.sharded.update_shard_map(with.whole, records);
  read_all(so_far, with.deaggregator, records);
}

template <typename Call>
void throws(kagg::status expected, Call call) {
  try {
    call();
  } catch (const kagg::error& error) {
    CHECK(error.status() == expected);
    return;
  }
  CHECK(!"nothing was thrown");
}

// What fails, or is given up, leaves nothing behind.
void fail(handles& with) {
  kagg::aggregator given_up;
  given_up.push("k", "lost with it");
  throws(KAGG_ERR_TOO_LARGE,
         [&] { with.aggregator.push("k", kagg::bytes(soak_bytes(), 2 * MAX_SIZE)); });
  throws(KAGG_ERR_PARTITION_KEY_LENGTH, [&] { with.sharded.push("", "no key"); });
  throws(KAGG_ERR_LENGTH,
         [&] { with.deaggregator.read({kagg::bytes(soak_bytes(), SIZE_MAX)}); });
  throws(KAGG_ERR_HASH_KEY,
         [&] { with.deaggregator.set_range("2", "1", kagg::policy::keep_all); });
  throws(KAGG_ERR_SHARD_GAP, [] { kagg::shard_map({{"shard-0", "0", LOWER_END}}); });
  throws(KAGG_ERR_GROUPING, [] { kagg::sharded_aggregator(kagg::grouping::shard); });
}

// Half of the user records go through one aggregator, half through the other.
void round_trip(soak& so_far, const batch& all, handles& with) {
  const std::size_t half = all.count / 2;
  const std::size_t middle = half + (all.count - half) / 2;
  push_many(with.aggregator, part(all, 0, half));
  with.aggregator.finish();
  read_all(so_far, with.deaggregator, with.aggregator.seal());
  for (const kagg::new_user_record& it : part(all, half, middle)) with.sharded.push(it);
  split(so_far, with);
  for (const kagg::new_user_record& it : part(all, middle, all.count)) with.sharded.push(it);
  merge(so_far, with);
  fail(with);
}

// Rounds until `end` user records are written, with handles that are kept and with
// handles that are not.
void rounds(soak& so_far, handles& kept, std::uint64_t end) {
  while (so_far.written.count < end) {
    round_trip(so_far, *next_batch(&so_far, end), kept);
    handles fresh;
    round_trip(so_far, *next_batch(&so_far, end), fresh);
  }
}

void first(soak& so_far) {
  handles kept;
  rounds(so_far, kept, first_rounds());
}

void all(soak& so_far) {
  handles kept;
  rounds(so_far, kept, warm_up(&so_far));
  so_far.resident_when_warm = resident();
  rounds(so_far, kept, so_far.user_records);
  so_far.resident_at_last = resident();
}

}  // namespace

int main(int argc, char** argv) {
  soak so_far = soak_begin(argc, argv);
  first(so_far);
  so_far.heap_at_first = heap();
  all(so_far);
  return soak_end(&so_far);
}
