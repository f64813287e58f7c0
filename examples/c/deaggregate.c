/*
 * Takes Kinesis records apart: each file is the data of one.
 *
 *   deaggregate FILE...
 *
 * Prints a line for each user record: file, sub-sequence number, partition key,
 * explicit hash key, length and text of the data. A file that is no aggregate is
 * a user record of its own, and printed as it is.
 */

#include <kinesis_agg.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#define ROWS 256

/* The bytes of a file; NULL when it cannot be read. */
static uint8_t *read_file(const char *path, size_t *len) {
  uint8_t *bytes = NULL;
  size_t room = 0;
  FILE *file = fopen(path, "rb");
  *len = 0;
  while (file != NULL && !feof(file) && !ferror(file)) {
    if (*len == room) {
      uint8_t *more = realloc(bytes, room = room * 2 + 4096);
      if (more == NULL) break;
      bytes = more;
    }
    *len += fread(bytes + *len, 1, room - *len, file);
  }
  if (file == NULL || ferror(file) || !feof(file)) {
    perror(path);
    free(bytes);
    bytes = NULL;
  }
  if (file != NULL) fclose(file);
  return bytes;
}

/* The bytes as text; all but printable ASCII as \xNN. */
static void print_text(const uint8_t *bytes, size_t len) {
  for (size_t at = 0; at < len; at++) {
    printf(isprint(bytes[at]) && bytes[at] < 0x80 ? "%c" : "\\x%02x", bytes[at]);
  }
}

static void print_user_record(const char *path, const uint8_t *blob,
                              const struct kagg_user_record *row) {
  printf("%s %u ", path, row->sub_sequence_number);
  print_text(blob + row->partition_key_offset, row->partition_key_len);
  printf(" ");
  if (row->flags & KAGG_HAS_EXPLICIT_HASH_KEY) {
    print_text(blob + row->explicit_hash_key_offset, row->explicit_hash_key_len);
  } else {
    printf("-");
  }
  printf(" %u: ", row->data_len);
  print_text(blob + row->data_offset, row->data_len);
  printf("\n");
}

/* No error: the Kinesis record is the user's own. */
static void print_plain(const char *path, const struct kagg_blob *blob,
                        const struct kagg_blob_row *row) {
  if (row->status != KAGG_PLAIN) {
    fprintf(stderr, "%s passes through: %s, at byte %zu\n", path,
            kagg_status_message(row->status), row->byte_offset);
  }
  printf("%s - - - %zu: ", path, blob->data_len);
  print_text(blob->data, blob->data_len);
  printf("\n");
}

/* All blobs are read together: that is what makes it cheap. */
static kagg_status deaggregate(struct kagg_deaggregator *deaggregator, char **paths,
                               const struct kagg_blob *blobs, size_t count) {
  struct kagg_error error;
  kagg_status status = kagg_deaggregator_read(deaggregator, blobs, count, &error);
  if (status < 0) return status;

  struct kagg_blob_row row;
  size_t filled;
  for (size_t blob = 0; kagg_deaggregator_blobs(deaggregator, &row, 1, &filled) == KAGG_OK;
       blob++) {
    if (row.status != KAGG_OK) print_plain(paths[blob], &blobs[blob], &row);
  }

  struct kagg_user_record rows[ROWS];
  while ((status = kagg_deaggregator_user_records(deaggregator, rows, ROWS, &filled)) ==
         KAGG_OK) {
    for (size_t at = 0; at < filled; at++) {
      print_user_record(paths[rows[at].blob], blobs[rows[at].blob].data, &rows[at]);
    }
  }
  return status;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: deaggregate FILE...\n");
    return 2;
  }
  const size_t count = (size_t)argc - 1;
  char **paths = argv + 1;
  uint8_t **files = calloc(count, sizeof *files);
  struct kagg_blob *blobs = calloc(count, sizeof *blobs);
  struct kagg_deaggregator *deaggregator = NULL;
  kagg_status status = KAGG_ERR_NULL;
  size_t read = 0;
  if (files != NULL && blobs != NULL) {
    while (read < count &&
           (files[read] = read_file(paths[read], &blobs[read].data_len)) != NULL) {
      blobs[read].data = files[read];
      read++;
    }
    status = kagg_deaggregator_new(&deaggregator);
    if (status >= 0) status = deaggregate(deaggregator, paths, blobs, read);
    if (status < 0) fprintf(stderr, "%s\n", kagg_status_message(status));
  }
  kagg_deaggregator_free(deaggregator);
  for (size_t at = 0; at < read; at++) free(files[at]);
  free(files);
  free(blobs);
  return status < 0 || read < count;
}
