package io.espalier.plugins.graaljs;

import io.espalier.api.Description;
import io.espalier.api.Script;
import io.espalier.api.ScriptEngine;
import io.espalier.api.ScriptHost;
import org.pf4j.Extension;

/**
 * JavaScript by GraalJS. A script defines a function {@code onEvent(event)} and has one object
 * {@code espalier} with {@code request(operation, body)} and {@code log(text)}. It reaches no file,
 * no network, no thread and no Java, and each call has limits of statements and time.
 */
@Extension
public final class JsEngine implements ScriptEngine {
  @Override
  public Description description() {
    return Description.of("js", "Runs JavaScript that watches and steers runs, fenced in.");
  }

  @Override
  public Script load(String name, String source, ScriptHost host) {
    return JsScript.load(name, source, host);
  }
}
