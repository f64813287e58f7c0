"""The numbers of the format that the original exports."""

#: What an aggregated record begins with.
MAGIC = b"\xf3\x89\x9a\xc2"
#: Bytes of the MD5 that it ends with.
DIGEST_SIZE = 16
#: Data and partition key of a record that every stream takes.
MAX_BYTES_PER_RECORD = 1024 * 1024
