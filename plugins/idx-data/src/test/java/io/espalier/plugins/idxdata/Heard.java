package io.espalier.plugins.idxdata;

import io.espalier.api.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what progress it was told. */
final class Heard implements Progress {
  record At(String what, long done, long total) {}

  final List<At> steps = new CopyOnWriteArrayList<>();
  final List<String> notes = new CopyOnWriteArrayList<>();

  @Override
  public void at(String what, long done, long total) {
    steps.add(new At(what, done, total));
  }

  @Override
  public void note(String message) {
    notes.add(message);
  }
}
