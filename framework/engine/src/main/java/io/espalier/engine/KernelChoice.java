package io.espalier.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Picks the fastest kernels that this virtual machine offers. */
final class KernelChoice {
  private static final String MODULE = "jdk.incubator.vector";
  private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private KernelChoice() {}

  /** Makes one instance per thread; warns once per process where the fast ones are missing. */
  static Supplier<Kernels> fastest() {
    if (ModuleLayer.boot().findModule(MODULE).isPresent()) {
      return VectorKernels::new;
    }
    if (WARNED.compareAndSet(false, true)) {
      LOG.warn(
          "training runs on plain loops, at a fraction of the speed: start Java with"
              + " --add-modules {} for the vector kernels",
          MODULE);
    }
    return PlainKernels::new;
  }
}
