package io.espalier.engine;

import java.util.function.Supplier;

/**
 * What the machine can do, measured with the engine's own kernels: products of matrices in cache,
 * and copies larger than any cache. The best of a few rounds, all threads at once.
 *
 * @param flopsPerSecond additions and multiplications
 * @param bytesPerSecond read and written
 */
record Roofline(double flopsPerSecond, double bytesPerSecond) {
  private static final int ROUNDS = 5;
  private static final int WARMUP = 25;
  private static final int ROWS = Frame.ROWS;
  private static final int TERMS = 256;
  private static final int PANELS = 4;
  private static final int PRODUCTS = 400;
  private static final int COPIED = 1 << 24;
  private static final double NANOS = 1e9;
  private static final float[] ZEROS = new float[LaneKernels.CHANNELS];

  static Roofline measure(WorkerPool pool, Supplier<Kernels> kernels) {
    return new Roofline(products(pool, kernels), copies(pool));
  }

  private static double products(WorkerPool pool, Supplier<Kernels> kernels) {
    int threads = pool.threads();
    MatrixKernels[] own = new MatrixKernels[threads];
    float[][] a = new float[threads][ROWS * TERMS];
    float[][] b = new float[threads][PANELS * TERMS * LaneKernels.CHANNELS];
    float[][] c = new float[threads][PANELS * ROWS * LaneKernels.CHANNELS];
    for (int i = 0; i < threads; i++) {
      own[i] = kernels.get().matrices();
    }
    double seconds =
        best(
            pool,
            (task, worker) -> {
              for (int i = 0; i < PRODUCTS; i++) {
                for (int panel = 0; panel < PANELS; panel++) {
                  int from = panel * TERMS * LaneKernels.CHANNELS;
                  int to = panel * ROWS * LaneKernels.CHANNELS;
                  own[task].multiply(
                      c[task],
                      to,
                      LaneKernels.CHANNELS,
                      ZEROS,
                      0,
                      0,
                      a[task],
                      0,
                      TERMS,
                      b[task],
                      from,
                      ROWS,
                      TERMS);
                }
              }
            });
    return 2.0 * PRODUCTS * PANELS * ROWS * TERMS * LaneKernels.CHANNELS * threads / seconds;
  }

  private static double copies(WorkerPool pool) {
    int threads = pool.threads();
    float[][] from = new float[threads][COPIED];
    float[][] to = new float[threads][COPIED];
    double seconds =
        best(pool, (task, worker) -> System.arraycopy(from[task], 0, to[task], 0, COPIED));
    return 2.0 * Float.BYTES * COPIED * threads / seconds;
  }

  /** Seconds of the fastest round in which each thread runs a task once. */
  private static double best(WorkerPool pool, WorkerPool.Tasks tasks) {
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < WARMUP + ROUNDS; round++) {
      long begin = System.nanoTime();
      pool.run(tasks, pool.threads());
      best = Math.min(best, (System.nanoTime() - begin) / NANOS);
    }
    return best;
  }
}
