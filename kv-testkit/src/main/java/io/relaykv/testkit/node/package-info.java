/**
 * What runs inside a node that faults are put into: how it spoils its links, disk and clock, and
 * how a node in a process of its own is told to by the test. For the testkit itself.
 */
@NullMarked
package io.relaykv.testkit.node;

import org.jspecify.annotations.NullMarked;
