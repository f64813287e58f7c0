/*
 * Packs lines into Kinesis records, as the entries of a PutRecords request.
 *
 *   aggregate < LINES
 *
 * The first word of a line is its partition key, all behind it the data; a line
 * has at most 65,534 bytes. User records with the same hash key share an
 * aggregate: so no reader drops one.
 */

#include <kinesis_agg.h>

#include <stdio.h>
#include <string.h>

/* JSON text in quotes; partition keys are UTF-8, which the library has checked. */
static void print_json(const char *text, size_t len) {
  putchar('"');
  for (size_t at = 0; at < len; at++) {
    const unsigned char byte = (unsigned char)text[at];
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      printf("\\u%04x", byte);
    } else {
      putchar(byte);
    }
  }
  putchar('"');
}

static void print_base64(const uint8_t *bytes, size_t len) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  putchar('"');
  for (size_t at = 0; at < len; at += 3) {
    const size_t left = len - at;
    const uint32_t group = (uint32_t)bytes[at] << 16 |
                           (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) |
                           (left > 2 ? bytes[at + 2] : 0);
    putchar(digits[group >> 18]);
    putchar(digits[group >> 12 & 63]);
    putchar(left > 1 ? digits[group >> 6 & 63] : '=');
    putchar(left > 2 ? digits[group & 63] : '=');
  }
  putchar('"');
}

/* Prints what is full, and whether anything went wrong. */
static kagg_status send(struct kagg_sharded_aggregator *aggregator, const char **between) {
  struct kagg_records *records = NULL;
  struct kagg_record record;
  kagg_status status = kagg_sharded_aggregator_seal(aggregator, &records);
  for (size_t at = 0; status >= 0 && kagg_records_get(records, at, &record) == KAGG_OK; at++) {
    printf("%s\n  {\"Data\":", *between);
    print_base64(record.data, record.data_len);
    printf(",\"PartitionKey\":");
    print_json(record.partition_key, record.partition_key_len);
    if (record.explicit_hash_key != NULL) {
      printf(",\"ExplicitHashKey\":");
      print_json(record.explicit_hash_key, record.explicit_hash_key_len);
    }
    printf("}");
    *between = ",";
  }
  kagg_records_free(records);
  return status;
}

/* Adds a line. A user record that is refused is named, and the others go on. */
static kagg_status push(struct kagg_sharded_aggregator *aggregator, const char *line, size_t len) {
  const char *space = memchr(line, ' ', len);
  const size_t key_len = space == NULL ? len : (size_t)(space - line);
  const size_t data_at = space == NULL ? len : key_len + 1;
  struct kagg_error error;
  const kagg_status status =
      kagg_sharded_aggregator_push(aggregator, line, key_len, NULL, 0,
                                   (const uint8_t *)line + data_at, len - data_at, &error);
  if (status < 0) {
    fprintf(stderr, "not sent: %.*s: %s (byte %zu, value %zu, limit %zu)\n", (int)len, line,
            kagg_status_message(status), error.byte_offset, error.value, error.limit);
  }
  return status;
}

int main(void) {
  static char line[1 << 16];
  struct kagg_sharded_aggregator *aggregator = NULL;
  const char *between = "";
  int failures = 0;
  kagg_status status = kagg_sharded_aggregator_new(KAGG_GROUPING_HASH_KEY, NULL, &aggregator);
  printf("{\"Records\":[");
  while (status >= 0 && fgets(line, sizeof line, stdin) != NULL) {
    const size_t len = strcspn(line, "\n");
    if (len == sizeof line - 1) {
      fprintf(stderr, "a line is too long; nothing behind it is read\n");
      failures++;
      break;
    }
    const kagg_status pushed = push(aggregator, line, len);
    failures += pushed < 0;
    /* Full aggregates may wait: sealed together, they are cheaper. */
    if (pushed == KAGG_FULL) status = send(aggregator, &between);
  }
  if (status >= 0) status = kagg_sharded_aggregator_finish(aggregator);
  if (status >= 0) status = send(aggregator, &between);
  printf("\n]}\n");
  kagg_sharded_aggregator_free(aggregator);
  if (status < 0) fprintf(stderr, "%s\n", kagg_status_message(status));
  return status < 0 || failures > 0 || ferror(stdin);
}
