/**
 * The report of a run: every figure recomputed from the exported files and the event log, written
 * as JSON for programs and as Markdown and HTML for people.
 */
@NullMarked
package io.espalier.runtime.report;

import org.jspecify.annotations.NullMarked;
