/**
 * What all commands have in common: their options, what they work with, and how they are
 * interrupted. The commands are in the packages below, a family in each.
 */
@NullMarked
package io.relaykv.shell.command;

import org.jspecify.annotations.NullMarked;
