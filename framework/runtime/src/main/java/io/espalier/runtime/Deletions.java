package io.espalier.runtime;

import io.espalier.api.EspalierException;
import io.espalier.api.FailureCode;
import io.espalier.proto.DeleteRun;
import io.espalier.proto.DeletionOffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Deletes runs in two steps, so that none goes by one wrong click: an offer says what would go and
 * gives a token that is good for a short time. Reads and deletes files: not for event loops. Safe
 * for many threads.
 */
final class Deletions {
  private static final long GOOD_NANOS = Duration.ofMinutes(2).toNanos();
  private static final int TOKEN_BYTES = 18;

  private record Offer(String token, long madeAt) {}

  private final Map<String, Offer> offers = new HashMap<>();
  private final SecureRandom random = new SecureRandom();

  /** What deleting a run would delete. */
  synchronized DeletionOffer offer(RunFolder folder) {
    long now = System.nanoTime();
    offers.values().removeIf(offer -> now - offer.madeAt > GOOD_NANOS);
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    offers.put(folder.id(), new Offer(token, now));
    DeletionOffer.Builder offer = DeletionOffer.newBuilder().setRun(folder.id()).setToken(token);
    try (Stream<Path> all = Files.walk(folder.root())) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      offer.setFiles(files.size());
      for (Path file : files) {
        offer.setBytes(offer.getBytes() + Files.size(file));
      }
      return offer.build();
    } catch (IOException e) {
      throw EspalierException.cannot("list", folder.root(), e);
    }
  }

  /**
   * Takes an offer up; it is gone then.
   *
   * @throws EspalierException ({@link FailureCode#USAGE}) without a good token
   */
  synchronized void redeem(DeleteRun request) {
    Offer offer = offers.get(request.getRun());
    boolean good =
        offer != null
            && System.nanoTime() - offer.madeAt <= GOOD_NANOS
            && MessageDigest.isEqual(
                offer.token.getBytes(StandardCharsets.UTF_8),
                request.getToken().getBytes(StandardCharsets.UTF_8));
    if (!good) {
      throw new EspalierException(
          FailureCode.USAGE,
          "deleting run '%s' needs the token of an offer of the last two minutes; ask for one at %s"
              .formatted(request.getRun(), Addresses.RUN_OFFER_DELETION));
    }
    offers.remove(request.getRun());
  }
}
