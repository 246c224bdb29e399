/**
 * What commands print: results as text, JSON or a table, and how far the work is. Text from outside
 * cannot steer the terminal.
 */
@NullMarked
package io.relaykv.shell.output;

import org.jspecify.annotations.NullMarked;
