/** The fine-tuner {@code jvm}: a thin adapter between the plugin API and the engine. */
@NullMarked
package io.espalier.plugins.jvmtrainer;

import org.jspecify.annotations.NullMarked;
