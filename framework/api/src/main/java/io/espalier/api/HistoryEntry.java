package io.espalier.api;

/**
 * One thing that was done to a model.
 *
 * @param stage name of the stage in its scenario
 * @param kind kind of stage, such as {@code prune}
 * @param extension id of the extension that did it; empty if none did
 * @param summary one line for people
 */
public record HistoryEntry(String stage, String kind, String extension, String summary) {}
