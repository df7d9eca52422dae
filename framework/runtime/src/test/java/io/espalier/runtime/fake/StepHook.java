package io.espalier.runtime.fake;

/** Called by a fake training on its own thread, before a step is reported. */
@FunctionalInterface
public interface StepHook {
  StepHook NONE = step -> {};

  void before(int step);
}
