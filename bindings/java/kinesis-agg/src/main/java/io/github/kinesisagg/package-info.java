/**
 * The aggregation format of the Kinesis Producer Library, both ways.
 *
 * <pre>
 * reading  KinesisRecord -> Deaggregator -> Batch -> UserRecord
 * writing  NewUserRecord -> Aggregator or ShardedAggregator -> AggregatedRecord
 * </pre>
 *
 * <p>{@link io.github.kinesisagg.LambdaEvents} and {@link io.github.kinesisagg.SdkRecords} know the
 * classes of Lambda and of the SDK, which are optional.
 */
package io.github.kinesisagg;
