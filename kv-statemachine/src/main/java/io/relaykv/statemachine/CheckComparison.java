package io.relaykv.statemachine;

/**
 * What came of a replica check on this node.
 *
 * @param index the log entry as of which the two hashed what they hold
 * @param leader whose digest it was compared with
 * @param agrees whether both hold the same
 * @param comparedMs when the leader asked to compare, by its clock
 */
public record CheckComparison(long index, String leader, boolean agrees, long comparedMs) {}
