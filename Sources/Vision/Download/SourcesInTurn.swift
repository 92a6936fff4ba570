import Foundation

extension Downloader {
  /// What `body` makes of the first source that it does not fail with.
  ///
  /// A source fails with ``DownloadError``, ``DatasetError`` or ``ArchiveError``; anything else, as an interruption,
  /// is thrown on at once.
  /// - Parameters:
  ///   - name: what is fetched, for messages.
  ///   - place: where it can be put by hand.
  /// - Throws: ``DownloadError``: at once when the target cannot be written; else when all sources failed, with what
  ///   went wrong at each.
  public static func firstSuccess<Result>(
    of sources: [Source], named name: String, place: URL, _ body: (Source) throws -> Result
  ) throws -> Result {
    var failures: [(source: Source, error: DownloadError)] = []
    for source in sources {
      do {
        return try body(source)
      } catch let error as DownloadError {
        // The next source would meet the same disk.
        if error.reason == .noSpace || error.reason == .fileSystem { throw error }
        failures.append((source, error))
      } catch let error as DatasetError {
        failures.append((source, DownloadError(.wrongContent, error.description)))
      } catch let error as ArchiveError {
        failures.append((source, DownloadError(.wrongContent, error.description)))
      }
    }
    throw summary(of: failures, name: name, place: place)
  }

  private static func summary(
    of failures: [(source: Source, error: DownloadError)], name: String, place: URL
  ) -> DownloadError {
    guard !failures.isEmpty else {
      return DownloadError(.allSourcesFailed, "\(name) is not at \(place.path), and no source for it is given.")
    }
    let causes = failures.map { source, error in
      let cause = error.description
      return "\(source.shownName): \(cause.hasSuffix(".") ? String(cause.dropLast()) : cause)"
    }.joined(separator: "; ")
    let reasons = Set(failures.map(\.error.reason))
    if reasons.contains(.offline) {
      return DownloadError(
        .offline,
        "\(name) is not on this machine and offline forbids fetching it: put it at \(place.path), give a local source, "
          + "or allow the network (\(causes)).")
    }
    return DownloadError(
      reasons == [.wrongContent] ? .wrongContent : .allSourcesFailed,
      "\(name) could not be fetched: \(causes). Put it at \(place.path) by hand or name another source.")
  }
}
