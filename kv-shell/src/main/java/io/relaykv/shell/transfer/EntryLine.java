package io.relaykv.shell.transfer;

import java.util.Optional;

/**
 * A line of an import.
 *
 * @param number from 1
 * @param end how many bytes there are up to here, this line included
 * @param entry what it says; empty if it says none, as then {@code problem} tells
 * @param problem what is wrong with it; empty if nothing is
 */
public record EntryLine(long number, long end, Optional<Entry> entry, String problem) {}
