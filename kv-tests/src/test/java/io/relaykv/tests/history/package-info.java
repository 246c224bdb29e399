/**
 * What clients saw during a run, recorded, and the proof that one register for each key explains
 * it.
 */
@NullMarked
package io.relaykv.tests.history;

import org.jspecify.annotations.NullMarked;
