/*
 * kinesis-agg for C++17: what kinesis_agg.h has, with owners, views and ranges.
 *
 *   kagg::aggregator, sharded_aggregator    user records in, Kinesis records out
 *   kagg::records                           Kinesis records that are to be sent
 *   kagg::shard_map                         the shards of a stream
 *   kagg::deaggregator, reading             blobs in, user records out
 *   kagg::error                             what is thrown
 *
 * The grammar: kagg_<type>_<verb> of C is kagg::<type>::<verb> here. What each
 * does, costs and refuses is said there and not again.
 *
 *   - A handle has one owner: it can be moved, not copied, and ends itself. One
 *     that was moved from may only be assigned to or destroyed.
 *   - What comes out is a view, never a copy, and says until when it is valid.
 *   - One thread at a time may use an object; different ones are independent.
 *
 * Failures are exceptions, of one class. What can fail here is a caller's
 * mistake or a record that must not be sent; a status that nobody looks at would
 * lose the record silently, an exception cannot be overlooked. It is off the hot
 * path: reading user records throws nothing. A blob that is no aggregate is
 * ordinary traffic, so it is a value: see `blob`. Programs built without
 * exceptions use kinesis_agg.h.
 *
 * Left out: functions for languages that must not hand pointers to C,
 * kagg_deaggregator_read_joined and ..._push_spans.
 *
 * License: Apache-2.0 OR MIT.
 */

#ifndef KINESIS_AGG_HPP
#define KINESIS_AGG_HPP

#include "kinesis_agg.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kinesis_agg {

/// What a function of C answers: one of `KAGG_OK`, `KAGG_ERR_NULL`, ...
using status = kagg_status;

/// Why a call failed.
class error : public std::runtime_error {
 public:
  explicit error(const kagg_error& failure)
      : std::runtime_error(kagg_status_message(failure.status)), failure_(failure) {}

  /// One of `KAGG_ERR_...`.
  kinesis_agg::status status() const noexcept { return failure_.status; }
  /// Where in the bytes that were given; 0 where there is no place to name.
  std::size_t byte_offset() const noexcept { return failure_.byte_offset; }
  /// Which of the user records, blobs, shards or records, from 0.
  std::size_t record_index() const noexcept { return failure_.record_index; }
  /// The number that is out of bounds; 0 where there is none.
  std::size_t value() const noexcept { return failure_.value; }
  /// The bound.
  std::size_t limit() const noexcept { return failure_.limit; }

 private:
  kagg_error failure_;
};

namespace detail {

template <typename T>
struct is_byte
    : std::bool_constant<std::is_same_v<T, char> || std::is_same_v<T, unsigned char> ||
                         std::is_same_v<T, signed char> || std::is_same_v<T, std::byte>> {};

template <typename C>
using element = std::remove_cv_t<std::remove_pointer_t<decltype(std::declval<C&>().data())>>;

/// Throws unless `answer`, of a call that was given `failure`, is fine.
inline status check(status answer, kagg_error failure) {
  if (answer < 0) {
    failure.status = answer;
    throw error(failure);
  }
  return answer;
}

/// The same of a call that takes no `kagg_error`.
inline status check(status answer) { return check(answer, kagg_error{}); }

/// The same of one that was asked for the thing at `index`.
inline status check_at(status answer, std::size_t index) {
  kagg_error failure{};
  failure.record_index = index;
  return check(answer, failure);
}

template <typename T, void (*Free)(T*)>
struct ender {
  void operator()(T* handle) const noexcept { Free(handle); }
};

/// The one owner of a handle.
template <typename T, void (*Free)(T*)>
using handle = std::unique_ptr<T, ender<T, Free>>;

/// The handle that `make` makes.
template <typename Handle, typename Make>
Handle made(Make make) {
  typename Handle::pointer raw = nullptr;
  kagg_error failure{};
  const status answer = make(&raw, &failure);
  check(answer, failure);
  return Handle(raw);
}

/// The bytes of a text that is there, even if it is empty: NULL means none.
inline const char* there(const std::optional<std::string_view>& text) noexcept {
  if (!text) return nullptr;
  return text->data() == nullptr ? "" : text->data();
}

inline std::size_t length(const std::optional<std::string_view>& text) noexcept {
  return text ? text->size() : 0;
}

inline std::optional<std::string_view> optional_text(const char* text, std::size_t length) {
  if (text == nullptr) return std::nullopt;
  return std::string_view(text, length);
}

}  // namespace detail

/// A view of bytes that belong to somebody else: a pointer and a length.
///
/// Made from whatever lies in one piece: a string, a `std::vector` of bytes, a
/// `std::span`. A temporary must outlive the call it is given to, no more.
class bytes {
 public:
  using value_type = std::uint8_t;

  constexpr bytes() noexcept = default;
  /// NULL is fine when there are none.
  bytes(const void* data, std::size_t size) noexcept
      : data_(static_cast<const std::uint8_t*>(data)), size_(size) {}
  /// The text up to its NUL.
  bytes(const char* text) noexcept : bytes(std::string_view(text)) {}
  /// Any container with `data()` and `size()` whose elements are bytes.
  template <typename C, typename = std::enable_if_t<detail::is_byte<detail::element<const C>>::value>>
  bytes(const C& container) noexcept
      : bytes(container.data(), container.size()) {}

  constexpr const std::uint8_t* data() const noexcept { return data_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr const std::uint8_t* begin() const noexcept { return data_; }
  constexpr const std::uint8_t* end() const noexcept { return data_ + size_; }
  constexpr std::uint8_t operator[](std::size_t index) const noexcept { return data_[index]; }

  /// The `size` bytes from `offset` on, which must lie inside.
  bytes part(std::size_t offset, std::size_t size) const noexcept {
    return size == 0 ? bytes() : bytes(data_ + offset, size);
  }
  /// The same bytes as text; they may be no UTF-8.
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data_), size_};
  }
  explicit operator std::string_view() const noexcept { return text(); }
  /// A copy of them.
  std::vector<std::uint8_t> to_vector() const { return {begin(), end()}; }

  friend bool operator==(bytes a, bytes b) noexcept { return a.text() == b.text(); }
  friend bool operator!=(bytes a, bytes b) noexcept { return !(a == b); }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The version of the library that is running; `KAGG_VERSION` is the header's.
inline std::string_view version() noexcept { return kagg_version(); }

/// Whether the library that is running fits this header.
inline bool abi_fits() noexcept { return kagg_abi_version() == KAGG_ABI_VERSION; }

/// Throws `std::runtime_error` unless it does. Once, when a program starts.
inline void require_abi() {
  if (!abi_fits()) {
    throw std::runtime_error("libkinesis_agg " + std::string(version()) +
                             " does not fit the header of " KAGG_VERSION);
  }
}

/// The hash key of a partition key, in decimal digits.
inline std::string hash_key_of_partition_key(std::string_view partition_key) {
  std::array<char, KAGG_HASH_KEY_SIZE> digits{};
  kagg_error failure{};
  const status answer = kagg_hash_key_of_partition_key(partition_key.data(), partition_key.size(),
                                                       &failure, digits.data());
  detail::check(answer, failure);
  return digits.data();
}

/// The partition key that aggregates are sent with.
enum class outer_partition_key : int {
  first = KAGG_OUTER_PARTITION_KEY_FIRST,
  kpl = KAGG_OUTER_PARTITION_KEY_KPL,
};

/// Which user records may share an aggregate.
enum class grouping : int {
  none = KAGG_GROUPING_NONE,
  hash_key = KAGG_GROUPING_HASH_KEY,
  shard = KAGG_GROUPING_SHARD,
  pinned = KAGG_GROUPING_PINNED,
};

/// What is done with user records out of range.
enum class policy : int {
  keep_all = KAGG_POLICY_KEEP_ALL,
  keep_in_range = KAGG_POLICY_KEEP_IN_RANGE,
  drop_aggregate = KAGG_POLICY_DROP_AGGREGATE,
};

/// Whether a Kinesis record counts as delivered.
enum class judgement : int {
  delivered = KAGG_JUDGEMENT_DELIVERED,
  send_again = KAGG_JUDGEMENT_SEND_AGAIN,
  unknown_shard = KAGG_JUDGEMENT_UNKNOWN_SHARD,
  keys_ignored = KAGG_JUDGEMENT_KEYS_IGNORED,
};

/// A user record to be aggregated.
struct new_user_record {
  /// UTF-8, 1 to 256 Unicode characters.
  std::string_view partition_key;
  kinesis_agg::bytes data;
  /// In decimal digits.
  std::optional<std::string_view> explicit_hash_key = std::nullopt;

  /// The same as C takes it.
  kagg_new_user_record to_c() const noexcept {
    return {partition_key.data(), partition_key.size(), detail::there(explicit_hash_key),
            detail::length(explicit_hash_key), data.data(), data.size()};
  }
};

/// How many user records went in.
struct pushed {
  /// Whether full aggregates wait to be sealed.
  bool full = false;
  /// How many were refused.
  std::size_t refused = 0;
  /// The status of each, `KAGG_OK` or why it was refused.
  std::vector<kinesis_agg::status> statuses;
};

namespace detail {

/// Pushes all of them with `push`, a function of C.
template <typename Aggregator>
pushed push_many(Aggregator* to, const std::vector<new_user_record>& user_records,
                 status (*push)(Aggregator*, const kagg_new_user_record*, std::size_t, kagg_error*,
                                status*, std::size_t*)) {
  std::vector<kagg_new_user_record> rows;
  rows.reserve(user_records.size());
  for (const new_user_record& record : user_records) rows.push_back(record.to_c());
  pushed result;
  result.statuses.resize(rows.size());
  kagg_error failure{};
  const status answer =
      push(to, rows.data(), rows.size(), &failure, result.statuses.data(), &result.refused);
  result.full = check(answer, failure) == KAGG_FULL;
  return result;
}

}  // namespace detail

/// One Kinesis record: partition key, explicit hash key and data are to be sent.
///
/// A view into its `records`, valid until they are changed or end.
struct record {
  std::string_view partition_key;
  /// In decimal digits.
  std::optional<std::string_view> explicit_hash_key;
  kinesis_agg::bytes data;
  /// At least 1.
  std::size_t user_record_count;
  /// False for a single user record that goes as it is.
  bool is_framed;
};

/// Kinesis records that are ready to be sent: `for (const auto& record : records)`.
///
/// They live on when the aggregator that made them ends.
class records {
 public:
  class iterator;

  /// None.
  records() noexcept = default;

  std::size_t size() const {
    std::size_t count = 0;
    if (handle_) detail::check(kagg_records_count(handle_.get(), &count));
    return count;
  }
  bool empty() const { return size() == 0; }

  /// The record at `index`. Throws `KAGG_ERR_INDEX` when there is none.
  record operator[](std::size_t index) const {
    kagg_record row{};
    const status answer = handle_ ? kagg_records_get(handle_.get(), index, &row) : KAGG_ERR_INDEX;
    detail::check_at(answer, index);
    return {std::string_view(row.partition_key, row.partition_key_len),
            detail::optional_text(row.explicit_hash_key, row.explicit_hash_key_len),
            bytes(row.data, row.data_len), row.user_record_count, row.is_framed};
  }

  /// Forgets the record at `index`, one that has arrived. Those behind it move
  /// up: remove from the last to the first.
  void remove(std::size_t index) {
    const status answer = handle_ ? kagg_records_remove(handle_.get(), index) : KAGG_ERR_INDEX;
    detail::check_at(answer, index);
  }

  inline iterator begin() const;
  inline iterator end() const;

  /// The handle of C, which stays ours; NULL when there is none.
  const kagg_records* get() const noexcept { return handle_.get(); }

 private:
  using owner = detail::handle<kagg_records, kagg_records_free>;
  friend class aggregator;
  friend class sharded_aggregator;
  explicit records(owner handle) noexcept : handle_(std::move(handle)) {}

  owner handle_;
};

/// Goes over `records`. Two are the same at the same place.
class records::iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = record;
  using difference_type = std::ptrdiff_t;
  using pointer = const record*;
  using reference = record;

  iterator() noexcept = default;
  iterator(const records* of, std::size_t index) noexcept : of_(of), index_(index) {}
  record operator*() const { return (*of_)[index_]; }
  iterator& operator++() noexcept {
    ++index_;
    return *this;
  }
  iterator operator++(int) noexcept { return {of_, index_++}; }
  friend bool operator==(const iterator& a, const iterator& b) noexcept {
    return a.index_ == b.index_;
  }
  friend bool operator!=(const iterator& a, const iterator& b) noexcept { return !(a == b); }

 private:
  const records* of_ = nullptr;
  std::size_t index_ = 0;
};

inline records::iterator records::begin() const { return {this, 0}; }
inline records::iterator records::end() const { return {this, size()}; }

/// Packs user records into aggregates, one after the other.
///
/// Options are set before the first user record, and give the aggregator back:
/// `aggregator.set_max_size(51200).frame_singles()`.
class aggregator {
 public:
  aggregator()
      : handle_(detail::made<owner>([](auto raw, auto) { return kagg_aggregator_new(raw); })) {}

  aggregator& set_max_size(std::size_t size) {
    return set(kagg_aggregator_set_max_size(handle_.get(), size));
  }
  aggregator& set_max_count(std::size_t user_records) {
    return set(kagg_aggregator_set_max_count(handle_.get(), user_records));
  }
  aggregator& set_outer_partition_key(outer_partition_key key) {
    return set(kagg_aggregator_set_outer_partition_key(handle_.get(), static_cast<int>(key)));
  }
  aggregator& omit_outer_hash_key() {
    return set(kagg_aggregator_omit_outer_hash_key(handle_.get()));
  }
  aggregator& frame_singles() { return set(kagg_aggregator_frame_singles(handle_.get())); }

  /// Adds a user record; everything is copied. True when full aggregates wait to
  /// be sealed, at once or later. Throws when it is refused, and changes nothing.
  bool push(const new_user_record& record) {
    const kagg_new_user_record row = record.to_c();
    kagg_error failure{};
    const status answer = kagg_aggregator_push(
        handle_.get(), row.partition_key, row.partition_key_len, row.explicit_hash_key,
        row.explicit_hash_key_len, row.data, row.data_len, &failure);
    return detail::check(answer, failure) == KAGG_FULL;
  }
  bool push(std::string_view partition_key, bytes data,
            std::optional<std::string_view> explicit_hash_key = std::nullopt) {
    return push(new_user_record{partition_key, data, explicit_hash_key});
  }

  /// Adds many, in their order. What is refused keeps none of the others out,
  /// and is no exception: look at `refused`.
  pushed push_many(const std::vector<new_user_record>& user_records) {
    return detail::push_many(handle_.get(), user_records, kagg_aggregator_push_many);
  }

  /// Ends the open aggregate. True when there is something to seal.
  bool finish() { return detail::check(kagg_aggregator_finish(handle_.get())) == KAGG_FULL; }

  /// Seals all aggregates that are full, together. There may be none.
  records seal() {
    return records(detail::made<records::owner>(
        [&](auto raw, auto) { return kagg_aggregator_seal(handle_.get(), raw); }));
  }

  /// User records that wait in open and full aggregates.
  std::size_t user_record_count() const {
    std::size_t count = 0;
    detail::check(kagg_aggregator_user_record_count(handle_.get(), &count));
    return count;
  }

  /// The handle of C, which stays ours.
  kagg_aggregator* get() const noexcept { return handle_.get(); }

 private:
  using owner = detail::handle<kagg_aggregator, kagg_aggregator_free>;

  aggregator& set(status answer) {
    detail::check(answer);
    return *this;
  }

  owner handle_;
};

/// A shard, as `ListShards` tells of it.
struct shard {
  std::string_view id;
  /// In decimal digits, as the next.
  std::string_view starting_hash_key;
  std::string_view ending_hash_key;
  /// True for a shard that has an ending sequence number.
  bool is_closed = false;
};

/// The shards of a stream at one time.
class shard_map {
 public:
  /// Throws for shards that leave a gap or overlap; `record_index()` of the
  /// error names the shard whose keys are wrong.
  explicit shard_map(const std::vector<shard>& shards) {
    std::vector<kagg_shard> rows;
    rows.reserve(shards.size());
    for (const shard& it : shards) {
      rows.push_back({it.id.data(), it.id.size(), it.starting_hash_key.data(),
                      it.starting_hash_key.size(), it.ending_hash_key.data(),
                      it.ending_hash_key.size(), it.is_closed});
    }
    handle_ = detail::made<owner>([&](auto raw, auto failure) {
      return kagg_shard_map_new(rows.data(), rows.size(), failure, raw);
    });
  }

  /// The open shard that a user record lands in: a view into the map.
  std::string_view predict(
      std::string_view partition_key,
      std::optional<std::string_view> explicit_hash_key = std::nullopt) const {
    const char* id = nullptr;
    std::size_t id_len = 0;
    kagg_error failure{};
    const status answer = kagg_shard_map_predict(
        handle_.get(), partition_key.data(), partition_key.size(),
        detail::there(explicit_hash_key), detail::length(explicit_hash_key), &failure, &id,
        &id_len);
    detail::check(answer, failure);
    return {id, id_len};
  }

  /// Whether the record at `index` counts as delivered, when the service has
  /// answered that it lies in the shard `shard_id`.
  judgement judge(const records& sent, std::size_t index, std::string_view shard_id) const {
    int found = 0;
    kagg_error failure{};
    const status answer = kagg_shard_map_judge(handle_.get(), sent.get(), index, shard_id.data(),
                                               shard_id.size(), &failure, &found);
    detail::check(answer, failure);
    return static_cast<judgement>(found);
  }

  /// The handle of C, which stays ours.
  const kagg_shard_map* get() const noexcept { return handle_.get(); }

 private:
  using owner = detail::handle<kagg_shard_map, kagg_shard_map_free>;

  owner handle_;
};

/// Packs user records of one stream into aggregates that readers of shards get
/// all of.
///
/// Options are set before the first user record, as those of `aggregator`.
class sharded_aggregator {
 public:
  /// A grouping that needs no shard map.
  explicit sharded_aggregator(grouping by)
      : handle_(detail::made<owner>([&](auto raw, auto) {
          return kagg_sharded_aggregator_new(static_cast<int>(by), nullptr, raw);
        })) {}
  /// Any grouping; the map is copied.
  sharded_aggregator(grouping by, const shard_map& shards)
      : handle_(detail::made<owner>([&](auto raw, auto) {
          return kagg_sharded_aggregator_new(static_cast<int>(by), shards.get(), raw);
        })) {}
  /// One that gives all user records without explicit hash key this one.
  static sharded_aggregator pinned_to(std::string_view explicit_hash_key) {
    return sharded_aggregator(detail::made<owner>([&](auto raw, auto failure) {
      return kagg_sharded_aggregator_new_pinned_to(explicit_hash_key.data(),
                                                   explicit_hash_key.size(), failure, raw);
    }));
  }

  sharded_aggregator& set_max_open(std::size_t aggregates, std::size_t memory) {
    return set(kagg_sharded_aggregator_set_max_open(handle_.get(), aggregates, memory));
  }
  sharded_aggregator& set_max_size(std::size_t size) {
    return set(kagg_sharded_aggregator_set_max_size(handle_.get(), size));
  }
  sharded_aggregator& set_max_count(std::size_t user_records) {
    return set(kagg_sharded_aggregator_set_max_count(handle_.get(), user_records));
  }
  sharded_aggregator& set_outer_partition_key(outer_partition_key key) {
    return set(
        kagg_sharded_aggregator_set_outer_partition_key(handle_.get(), static_cast<int>(key)));
  }
  /// Only without grouping.
  sharded_aggregator& omit_outer_hash_key() {
    return set(kagg_sharded_aggregator_omit_outer_hash_key(handle_.get()));
  }
  sharded_aggregator& frame_singles() {
    return set(kagg_sharded_aggregator_frame_singles(handle_.get()));
  }

  /// Adds a user record to the open aggregate of its group: see
  /// `aggregator::push`.
  bool push(const new_user_record& record) {
    const kagg_new_user_record row = record.to_c();
    kagg_error failure{};
    const status answer = kagg_sharded_aggregator_push(
        handle_.get(), row.partition_key, row.partition_key_len, row.explicit_hash_key,
        row.explicit_hash_key_len, row.data, row.data_len, &failure);
    return detail::check(answer, failure) == KAGG_FULL;
  }
  bool push(std::string_view partition_key, bytes data,
            std::optional<std::string_view> explicit_hash_key = std::nullopt) {
    return push(new_user_record{partition_key, data, explicit_hash_key});
  }

  /// The same of one that came at `time`, by the caller's clock.
  bool push_at(const new_user_record& record, std::uint64_t time) {
    const kagg_new_user_record row = record.to_c();
    kagg_error failure{};
    const status answer = kagg_sharded_aggregator_push_at(
        handle_.get(), row.partition_key, row.partition_key_len, row.explicit_hash_key,
        row.explicit_hash_key_len, row.data, row.data_len, time, &failure);
    return detail::check(answer, failure) == KAGG_FULL;
  }

  /// Adds many, in their order: see `aggregator::push_many`.
  pushed push_many(const std::vector<new_user_record>& user_records) {
    return detail::push_many(handle_.get(), user_records, kagg_sharded_aggregator_push_many);
  }

  /// Ends the open aggregates whose first user record came before `time`. True
  /// when there is something to seal.
  bool finish_arrived_before(std::uint64_t time) {
    return detail::check(kagg_sharded_aggregator_finish_arrived_before(handle_.get(), time)) ==
           KAGG_FULL;
  }
  /// Ends the open aggregates. True when there is something to seal.
  bool finish() {
    return detail::check(kagg_sharded_aggregator_finish(handle_.get())) == KAGG_FULL;
  }

  /// Seals all aggregates that are full, together. There may be none.
  records seal() {
    return records(detail::made<records::owner>(
        [&](auto raw, auto) { return kagg_sharded_aggregator_seal(handle_.get(), raw); }));
  }

  /// Goes on with the shards of a new map, which is copied.
  ///
  /// `unsent` are records of this aggregator that wait to be sent, or are to be
  /// sent again; may be empty. They are replaced by what is to be sent instead.
  /// When this throws, they are as they were.
  void update_shard_map(const shard_map& shards, records& unsent) {
    kagg_records* instead = nullptr;
    detail::check(kagg_sharded_aggregator_update_shard_map(handle_.get(), shards.get(),
                                                           unsent.handle_.get(), &instead));
    // The old handle was ended by the call.
    static_cast<void>(unsent.handle_.release());
    unsent.handle_.reset(instead);
  }

  /// Whether the record at `index` counts as delivered: see `shard_map::judge`.
  judgement judge(const records& sent, std::size_t index, std::string_view shard_id) const {
    int found = 0;
    kagg_error failure{};
    const status answer =
        kagg_sharded_aggregator_judge(handle_.get(), sent.get(), index, shard_id.data(),
                                      shard_id.size(), &failure, &found);
    detail::check(answer, failure);
    return static_cast<judgement>(found);
  }

  /// User records that wait in open and full aggregates.
  std::size_t user_record_count() const {
    std::size_t count = 0;
    detail::check(kagg_sharded_aggregator_user_record_count(handle_.get(), &count));
    return count;
  }

  /// The handle of C, which stays ours.
  kagg_sharded_aggregator* get() const noexcept { return handle_.get(); }

 private:
  using owner = detail::handle<kagg_sharded_aggregator, kagg_sharded_aggregator_free>;
  explicit sharded_aggregator(owner handle) noexcept : handle_(std::move(handle)) {}

  sharded_aggregator& set(status answer) {
    detail::check(answer);
    return *this;
  }

  owner handle_;
};

/// A user record. Views into the blob that it was read from.
struct user_record {
  /// Its bytes may be no UTF-8.
  std::string_view partition_key;
  std::optional<std::string_view> explicit_hash_key;
  kinesis_agg::bytes data;
  /// Which blob holds it, from 0.
  std::size_t blob;
  /// Its place in the blob, from 0.
  std::uint32_t sub_sequence_number;
  /// User records of one `read` with the same number share a partition key.
  std::uint32_t partition_key_number;
  /// Of `KAGG_OUT_OF_RANGE`, `KAGG_UNPLACEABLE`, ...
  std::uint32_t flags;

  bool is_out_of_range() const noexcept { return (flags & KAGG_OUT_OF_RANGE) != 0; }
  bool is_unplaceable() const noexcept { return (flags & KAGG_UNPLACEABLE) != 0; }
  bool has_tags() const noexcept { return (flags & KAGG_HAS_TAGS) != 0; }
};

/// A blob, and what became of it. A value, not an error: most are plain records.
struct blob {
  /// All of it; a view of what was given.
  kinesis_agg::bytes data;
  /// `KAGG_OK`, `KAGG_DROPPED`, or why it is no aggregate.
  kinesis_agg::status status;
  /// User records inside that are handed out, and those that the policy leaves out.
  std::uint32_t user_record_count;
  std::uint32_t dropped_count;
  /// Where the fault lies, for faults that lie somewhere.
  std::size_t byte_offset;
  /// Which record of the message has the fault.
  std::optional<std::size_t> record_index;

  /// False when the Kinesis record is to be handed on unchanged.
  bool is_aggregate() const noexcept { return status == KAGG_OK || status == KAGG_DROPPED; }
  /// A line in English, for logs.
  const char* message() const noexcept { return kagg_status_message(status); }
};

/// What a deaggregator has read: `for (const auto& user_record : reading)`.
///
/// A view into the deaggregator and the blobs: valid until it reads again, has
/// its range set, or ends, and as long as the bytes that were given are there
/// unchanged. Moving the deaggregator does no harm.
class reading {
 public:
  class iterator;

  /// Goes over the user records from the first on. They are fetched some
  /// hundred at a time. There is one place in a reading: a second loop starts
  /// anew, and ends an earlier one.
  inline iterator begin() const;
  inline iterator end() const noexcept;

  /// How many blobs were read.
  inline std::size_t blob_count() const noexcept;
  /// What became of the blob at `index`, which is below `blob_count()`.
  inline kinesis_agg::blob blob(std::size_t index) const noexcept;

 private:
  friend class deaggregator;
  struct state;
  explicit reading(state* of) noexcept : state_(of) {}

  state* state_;
};

/// The deaggregator's memory, which is used again from batch to batch.
struct reading::state {
  /// Some hundred rows stay in the cache.
  static constexpr std::size_t rows_at_a_time = 256;

  detail::handle<kagg_deaggregator, kagg_deaggregator_free> handle;
  std::vector<kagg_blob> blobs;
  std::vector<kagg_blob_row> blob_rows;
  std::array<kagg_user_record, rows_at_a_time> rows;
  std::size_t filled = 0;
  std::size_t next = 0;

  /// Reads `blobs`, and takes what became of each.
  void read() {
    blob_rows.resize(blobs.size());
    kagg_error failure{};
    const status answer =
        kagg_deaggregator_read(handle.get(), blobs.data(), blobs.size(), &failure);
    detail::check(answer, failure);
    std::size_t count = 0;
    detail::check(
        kagg_deaggregator_blobs(handle.get(), blob_rows.data(), blob_rows.size(), &count));
  }

  /// Forgets what was read: whatever fails then, rows and blobs fit each other.
  void forget() {
    detail::check(kagg_deaggregator_read(handle.get(), nullptr, 0, nullptr));
    blobs.clear();
    blob_rows.clear();
    filled = next = 0;
  }

  /// Fetches the next rows; false when there are none.
  bool fetch() {
    next = 0;
    return detail::check(kagg_deaggregator_user_records(handle.get(), rows.data(), rows.size(),
                                                        &filled)) != KAGG_END;
  }

  user_record resolve(const kagg_user_record& row) const noexcept {
    const bytes all(blobs[row.blob].data, blobs[row.blob].data_len);
    user_record found{all.part(row.partition_key_offset, row.partition_key_len).text(),
                      std::nullopt,
                      all.part(row.data_offset, row.data_len),
                      row.blob,
                      row.sub_sequence_number,
                      row.partition_key_number,
                      row.flags};
    if ((row.flags & KAGG_HAS_EXPLICIT_HASH_KEY) != 0) {
      found.explicit_hash_key =
          all.part(row.explicit_hash_key_offset, row.explicit_hash_key_len).text();
    }
    return found;
  }
};

/// Goes over user records, once.
class reading::iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = user_record;
  using difference_type = std::ptrdiff_t;
  using pointer = const user_record*;
  using reference = user_record;

  /// The end.
  iterator() noexcept = default;
  user_record operator*() const noexcept { return state_->resolve(state_->rows[state_->next]); }
  iterator& operator++() {
    if (++state_->next == state_->filled && !state_->fetch()) state_ = nullptr;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const iterator& a, const iterator& b) noexcept {
    return a.state_ == b.state_;
  }
  friend bool operator!=(const iterator& a, const iterator& b) noexcept { return !(a == b); }

 private:
  friend class reading;
  explicit iterator(state* of) noexcept : state_(of) {}

  state* state_ = nullptr;
};

inline reading::iterator reading::begin() const {
  detail::check(kagg_deaggregator_rewind(state_->handle.get()));
  return iterator(state_->fetch() ? state_ : nullptr);
}

inline reading::iterator reading::end() const noexcept { return iterator(); }

inline std::size_t reading::blob_count() const noexcept { return state_->blobs.size(); }

inline kinesis_agg::blob reading::blob(std::size_t index) const noexcept {
  const kagg_blob_row& row = state_->blob_rows[index];
  kinesis_agg::blob found{bytes(state_->blobs[index].data, state_->blobs[index].data_len),
                          row.status,
                          row.user_record_count,
                          row.dropped_count,
                          row.byte_offset,
                          std::nullopt};
  if (row.record_index != KAGG_NO_RECORD) found.record_index = row.record_index;
  return found;
}

/// Takes aggregated records apart, with memory that it uses again.
class deaggregator {
 public:
  deaggregator() : state_(std::make_unique<reading::state>()) {
    state_->handle = detail::made<decltype(state_->handle)>(
        [](auto raw, auto) { return kagg_deaggregator_new(raw); });
  }

  /// Compares hash keys with the range of a shard, both ends within, and does
  /// with user records outside what the policy says. Forgets what was read.
  void set_range(std::string_view starting_hash_key, std::string_view ending_hash_key,
                 policy out_of_range) {
    kagg_error failure{};
    const status answer = kagg_deaggregator_set_range(
        state_->handle.get(), starting_hash_key.data(), starting_hash_key.size(),
        ending_hash_key.data(), ending_hash_key.size(), static_cast<int>(out_of_range), &failure);
    detail::check(answer, failure);
    state_->forget();
  }

  /// Reads blobs together: any range of what `bytes` is made from. Their bytes
  /// are not copied, and must stay as long as the reading is used.
  template <typename Blobs>
  reading read(const Blobs& blobs) {
    state_->forget();
    for (const auto& it : blobs) {
      const bytes data(it);
      state_->blobs.push_back({data.data(), data.size()});
    }
    state_->read();
    return reading(state_.get());
  }
  reading read(std::initializer_list<bytes> blobs) {
    return read<std::initializer_list<bytes>>(blobs);
  }

  /// The handle of C, which stays ours.
  kagg_deaggregator* get() const noexcept { return state_->handle.get(); }

 private:
  std::unique_ptr<reading::state> state_;
};

}  // namespace kinesis_agg

namespace kagg = kinesis_agg;

#endif  // KINESIS_AGG_HPP
