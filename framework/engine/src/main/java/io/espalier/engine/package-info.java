/**
 * Trains a graph on the JVM.
 *
 * <p>{@link io.espalier.engine.Trainer} is the way in. It compiles a model into an execution plan:
 * one operation per node (some nodes fuse, some only rename), every buffer planned once, nothing
 * allocated within a step. A batch is cut into groups; a group runs forward, loss and backward over
 * its samples tile by tile, so that activations stay in cache, and sums parameter gradients of its
 * own. The groups' sums are added in a fixed order in the same pass as constraints and optimizer.
 * Which thread takes which group is free, so the bytes do not depend on timing; nor on the number
 * of threads, but where gradients are so many that there are as many groups as threads ({@link
 * io.espalier.engine.ExecutionPlan#groups}).
 *
 * <p>A layer with so many weights that reading them for every tile would bound it runs on all
 * samples of a batch together, as a cut of the plan of its own ({@link
 * io.espalier.engine.BatchOperation}); its gradients are written once, not once per group.
 *
 * <p>Batch normalisation needs all samples of a batch at once: it cuts the plan into segments, and
 * all groups go through one segment before any goes on ({@link io.espalier.engine.BatchPass}). What
 * crosses a cut is kept for the whole batch ({@link io.espalier.engine.Cuts}); the rest is computed
 * again on the way back. A plan without it is one segment.
 *
 * <p>An operator of ONNX is one entry of {@link io.espalier.engine.Operators}; arithmetic that is
 * worth tuning stands behind {@link io.espalier.engine.Kernels}.
 */
@NullMarked
package io.espalier.engine;

import org.jspecify.annotations.NullMarked;
