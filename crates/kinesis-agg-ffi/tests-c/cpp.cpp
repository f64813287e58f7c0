// kinesis_agg.hpp: ownership, views, ranges and exceptions over the C ABI.
//
// What the functions do is tested in C; here it is what the C++ layer adds.

#include "kinesis_agg.hpp"

#include "check.h"
#include "cpp_twice.hpp"

#include <algorithm>
#include <iterator>
#include <type_traits>
#if __cplusplus >= 202002L
#include <ranges>
#include <span>
#endif

namespace {

// Handles have one owner.
template <typename T>
constexpr bool moves_only = !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
                            std::is_nothrow_move_constructible_v<T> &&
                            std::is_nothrow_move_assignable_v<T>;
static_assert(moves_only<kagg::aggregator>);
static_assert(moves_only<kagg::sharded_aggregator>);
static_assert(moves_only<kagg::deaggregator>);
static_assert(moves_only<kagg::shard_map>);
static_assert(moves_only<kagg::records>);
static_assert(std::is_base_of_v<std::runtime_error, kagg::error>);
static_assert(!std::is_convertible_v<std::vector<int>, kagg::bytes>);
#if __cplusplus >= 202002L
static_assert(std::ranges::input_range<kagg::reading> && std::ranges::common_range<kagg::reading>);
static_assert(std::ranges::input_range<kagg::records> && std::ranges::common_range<kagg::records>);
#endif

// What `call` throws.
template <typename Call>
kagg::error thrown(Call call) {
  try {
    call();
  } catch (const kagg::error& error) {
    return error;
  }
  CHECK(!"nothing was thrown");
  std::abort();
}

kagg::shard_map halves() {
  return kagg::shard_map({{"shard-1", "0", LOWER_END}, {"shard-2", UPPER_START, HIGHEST}});
}

kagg::records packed(std::size_t user_records) {
  kagg::aggregator aggregator;
  for (std::size_t index = 0; index < user_records; ++index) {
    const std::string text = "data " + std::to_string(index);
    aggregator.push("key-" + std::to_string(index % 7), text);
  }
  aggregator.finish();
  return aggregator.seal();
}

// Whatever lies in one piece is bytes, and bytes are text.
void bytes_are_made_of_anything() {
  const std::string string = "abc";
  const std::vector<std::uint8_t> vector{'a', 'b', 'c'};
  const std::array<std::byte, 3> array{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  const std::string_view view = string;
  const kagg::bytes all[] = {string, vector, array, view, "abc", kagg::bytes(vector.data(), 3)};
  for (const kagg::bytes it : all) {
    CHECK(it == kagg::bytes("abc") && it.size() == 3 && it[1] == 'b');
    CHECK(std::string_view(it) == "abc" && it.to_vector() == vector);
  }
  CHECK(kagg::bytes(nullptr, 0).empty());
  CHECK(kagg::bytes().empty() && kagg::bytes() == kagg::bytes(""));
  CHECK(kagg::bytes("abc") != kagg::bytes("abd"));
#if __cplusplus >= 202002L
  const std::span<const std::uint8_t> span = kagg::bytes(string);
  CHECK(span.size() == 3 && kagg::bytes(span) == all[0]);
#endif
}

// What goes in comes out, across many fetches of rows.
void user_records_come_out_in_their_order() {
  for (const std::size_t count : {std::size_t{1}, std::size_t{255}, std::size_t{256},
                                  std::size_t{257}, std::size_t{512}, std::size_t{1000}}) {
    const kagg::records records = packed(count);
    kagg::deaggregator deaggregator;
    const std::string plain = "plain";
    const std::vector<kagg::bytes> blobs{plain, records[0].data, records[0].data};
    const kagg::reading reading = deaggregator.read(blobs);
    // A single user record goes without a frame.
    const std::size_t inside = records[0].is_framed ? count : 0;
    // A reading can be gone over more than once.
    for (int round = 0; round < 2; ++round) {
      std::size_t index = 0;
      for (const kagg::user_record& it : reading) {
        const std::size_t number = index % count;
        CHECK(it.blob == 1 + index / count && it.sub_sequence_number == number);
        CHECK(it.partition_key == "key-" + std::to_string(number % 7));
        CHECK(it.data.text() == "data " + std::to_string(number));
        CHECK(!it.explicit_hash_key && !it.is_out_of_range() && !it.has_tags());
        // Views into what was given.
        CHECK(it.data.data() > records[0].data.data());
        CHECK(it.data.end() < records[0].data.end());
        ++index;
      }
      CHECK(index == 2 * inside);
    }
    CHECK(reading.blob_count() == 3);
    CHECK(!reading.blob(0).is_aggregate() && reading.blob(0).status == KAGG_PLAIN);
    CHECK(reading.blob(0).data == kagg::bytes("plain") && !reading.blob(0).record_index);
    CHECK(reading.blob(2).is_aggregate() == records[0].is_framed);
    CHECK(reading.blob(2).user_record_count == inside);
  }
}

// Iterators work with the standard library, and a loop may stop early.
void readings_are_ranges() {
  const kagg::records records = packed(300);
  kagg::deaggregator deaggregator;
  const kagg::reading reading = deaggregator.read({records[0].data});
  CHECK(std::distance(reading.begin(), reading.end()) == 300);
  const auto found = std::find_if(reading.begin(), reading.end(), [](const auto& it) {
    return it.data.text() == "data 280";
  });
  CHECK(found != reading.end() && (*found).sub_sequence_number == 280);
  for (const auto& it : reading) {
    if (it.sub_sequence_number == 3) break;
  }
  CHECK(std::distance(reading.begin(), reading.end()) == 300);
  for (const auto& it : deaggregator.read(std::vector<std::string>{})) {
    static_cast<void>(it);
    CHECK(!"there is none");
  }
  // Reading again forgets what was read before.
  CHECK(std::distance(deaggregator.read({records[0].data, records[0].data}).begin(), {}) == 600);
}

// What cannot be read is an error, and nothing of the batch before is left.
void a_failed_read_leaves_nothing() {
  const kagg::records records = packed(3);
  kagg::deaggregator deaggregator;
  const kagg::reading reading = deaggregator.read({records[0].data});
  const kagg::error error = thrown([&] {
    deaggregator.read({records[0].data, kagg::bytes(nullptr, 7)});
  });
  CHECK(error.status() == KAGG_ERR_NULL && error.record_index() == 1);
  CHECK(reading.begin() == reading.end());
  deaggregator.read({records[0].data});
  deaggregator.set_range("0", HIGHEST, kagg::policy::keep_all);
  CHECK(reading.begin() == reading.end() && reading.blob_count() == 0);
}

// A handle that moves takes what it holds along, and readings stay valid.
void handles_move() {
  kagg::aggregator first;
  first.push("k", "one", "7");
  kagg::aggregator second = std::move(first);
  second.push("k", "two", "7");
  first = std::move(second);
  CHECK(first.user_record_count() == 2 && first.finish());
  kagg::records records = first.seal();
  first = kagg::aggregator();
  kagg::records moved = std::move(records);
  records = kagg::records();
  CHECK(records.empty() && moved.size() == 1);
  CHECK(thrown([&] { records[0]; }).status() == KAGG_ERR_INDEX);
  CHECK(moved[0].explicit_hash_key == "7" && moved[0].partition_key == "k");

  kagg::deaggregator reader;
  const kagg::reading reading = reader.read({moved[0].data});
  const kagg::deaggregator other = std::move(reader);
  std::vector<std::string> found;
  for (const auto& it : reading) {
    CHECK(it.explicit_hash_key == "7");
    found.emplace_back(it.data.text());
  }
  CHECK((found == std::vector<std::string>{"one", "two"}));
}

// Refusals are thrown with their numbers, and change nothing.
void errors_carry_their_numbers() {
  kagg::aggregator aggregator;
  kagg::error error = thrown([&] { aggregator.push("", "data"); });
  CHECK(error.status() == KAGG_ERR_PARTITION_KEY_LENGTH);
  CHECK(error.value() == 0 && error.limit() == 256);
  CHECK(std::string_view(error.what()) == kagg_status_message(error.status()));
  error = thrown([&] { aggregator.push("ab\xff", "data"); });
  CHECK(error.status() == KAGG_ERR_NOT_UTF8 && error.byte_offset() == 2);
  // An explicit hash key that is empty is not none.
  error = thrown([&] { aggregator.push("k", "data", std::string_view()); });
  CHECK(error.status() == KAGG_ERR_EXPLICIT_HASH_KEY);
  error = thrown([&] { aggregator.push("k", std::string((1 << 20) + 1, 'x')); });
  CHECK(error.status() == KAGG_ERR_TOO_LARGE && error.value() > error.limit());
  CHECK(aggregator.user_record_count() == 0);

  error = thrown([] { kagg::shard_map({{"a", "0", LOWER_END}, {"b", "x", HIGHEST}}); });
  CHECK(error.status() == KAGG_ERR_HASH_KEY && error.record_index() == 1);
  error = thrown([] { kagg::sharded_aggregator(kagg::grouping::shard); });
  CHECK(error.status() == KAGG_ERR_GROUPING);
  error = thrown([] { kagg::sharded_aggregator::pinned_to("x"); });
  CHECK(error.status() == KAGG_ERR_HASH_KEY);
  error = thrown([] { packed(3)[7]; });
  CHECK(error.status() == KAGG_ERR_INDEX && error.record_index() == 7);
  error = thrown([] { kagg::deaggregator().set_range("9", "1", kagg::policy::keep_all); });
  CHECK(error.status() == KAGG_ERR_HASH_KEY);
  error = thrown([] { kagg::hash_key_of_partition_key("\xff"); });
  CHECK(error.status() == KAGG_ERR_NOT_UTF8);
  aggregator.push("k", "data");
  CHECK(thrown([&] { aggregator.set_max_count(2); }).status() == KAGG_ERR_IN_USE);
}

// Of many, the status of each is told.
void many_are_pushed_at_once() {
  kagg::aggregator aggregator;
  kagg::sharded_aggregator sharded(kagg::grouping::none);
  const std::vector<kagg::new_user_record> given{
      {"k", "first"}, {"", "no key"}, {"k", "last", "7"}};
  for (const kagg::pushed& pushed : {aggregator.push_many(given), sharded.push_many(given)}) {
    CHECK(!pushed.full && pushed.refused == 1 && pushed.statuses.size() == 3);
    CHECK(pushed.statuses[1] == KAGG_ERR_PARTITION_KEY_LENGTH);
  }
  CHECK(aggregator.user_record_count() == 2 && sharded.user_record_count() == 2);
  CHECK(aggregator.push_many({}).statuses.empty());
}

// Options are chained; records are a range.
void options_are_chained() {
  kagg::aggregator aggregator;
  aggregator.set_max_size(51200).set_max_count(2).frame_singles().omit_outer_hash_key();
  aggregator.set_outer_partition_key(kagg::outer_partition_key::kpl);
  CHECK(!aggregator.push("k", "1"));
  CHECK(aggregator.push("k", "2") || aggregator.push("k", "3"));
  aggregator.finish();
  std::size_t inside = 0;
  for (const kagg::record& record : aggregator.seal()) {
    CHECK(record.is_framed && record.partition_key == "a" && !record.explicit_hash_key);
    inside += record.user_record_count;
  }
  CHECK(inside >= 2);
}

// Shards are split, and what straddles is cut and sent again.
void sharded_aggregators_follow_the_shards() {
  const kagg::shard_map one({{"shard-0", "0", HIGHEST}});
  const kagg::shard_map two = halves();
  CHECK(two.predict("k", "0") == "shard-1" && two.predict("k", HIGHEST) == "shard-2");
  kagg::sharded_aggregator aggregator(kagg::grouping::shard, one);
  aggregator.push("k", "lower", "0");
  aggregator.push_at({"k", "upper", HIGHEST}, 5);
  CHECK(aggregator.finish());
  kagg::records unsent = aggregator.seal();
  CHECK(aggregator.judge(unsent, 0, "shard-0") == kagg::judgement::delivered);
  CHECK(two.judge(unsent, 0, "shard-1") == kagg::judgement::send_again);
  aggregator.update_shard_map(two, unsent);
  CHECK(unsent.size() == 2);
  CHECK(aggregator.judge(unsent, 1, "shard-2") == kagg::judgement::delivered);
  unsent.remove(1);
  CHECK(unsent.size() == 1 && unsent[0].data.text() == "lower");
  kagg::records none;
  aggregator.update_shard_map(one, none);
  CHECK(none.empty());
  CHECK(thrown([&] { aggregator.judge(kagg::records(), 0, "x"); }).status() == KAGG_ERR_NULL);
  CHECK(kagg::sharded_aggregator::pinned_to("7").user_record_count() == 0);
}

// Policies, and blobs that are dropped, are values.
void ranges_are_looked_at() {
  kagg::aggregator aggregator;
  aggregator.push("k", "inside", "0");
  aggregator.push("k", "outside", HIGHEST);
  aggregator.finish();
  const kagg::records records = aggregator.seal();
  kagg::deaggregator deaggregator;
  const auto read = [&](kagg::policy policy) {
    deaggregator.set_range("0", LOWER_END, policy);
    return deaggregator.read({records[0].data});
  };
  CHECK((*std::next(read(kagg::policy::keep_all).begin())).is_out_of_range());
  const kagg::reading kept = read(kagg::policy::keep_in_range);
  CHECK(std::distance(kept.begin(), kept.end()) == 1 && kept.blob(0).dropped_count == 1);
  const kagg::reading dropped = read(kagg::policy::drop_aggregate);
  CHECK(dropped.begin() == dropped.end() && dropped.blob(0).status == KAGG_DROPPED);
  CHECK(strlen(dropped.blob(0).message()) > 0);
}

void versions_fit() {
  kagg::require_abi();
  CHECK(kagg::abi_fits() && kagg::version() == KAGG_VERSION);
  CHECK(kagg::hash_key_of_partition_key("a") == "16955237001963240173058271559858726497");
}

}  // namespace

int main() {
  bytes_are_made_of_anything();
  user_records_come_out_in_their_order();
  readings_are_ranges();
  a_failed_read_leaves_nothing();
  handles_move();
  errors_carry_their_numbers();
  many_are_pushed_at_once();
  options_are_chained();
  sharded_aggregators_follow_the_shards();
  ranges_are_looked_at();
  versions_fit();
  CHECK(another_file_uses_the_header());
  return 0;
}
