extension RichText {
  /// This line broken at spaces into lines of at most `width` pixels; a longer word stands alone.
  func wrapped(width: Double, fontSize: Double) -> [RichText] {
    guard TextMetrics.width(self, fontSize: fontSize) > width else { return [self] }
    var lines: [RichText] = []
    var line = RichText("")
    for word in words {
      let candidate = line + word
      if !line.isEmpty, TextMetrics.width(candidate.trimmingEnd, fontSize: fontSize) > width {
        lines.append(line.trimmingEnd)
        line = word
      } else {
        line = candidate
      }
    }
    lines.append(line.trimmingEnd)
    return lines
  }

  /// Pieces that end with their space. A piece can hold several runs: "ℒ" and its subscript are not parted.
  private var words: [RichText] {
    var words: [RichText] = []
    var word = RichText("")
    for run in runs {
      var text = ""
      for character in run.text {
        text.append(character)
        if character == " " {
          word.runs.append(run.with(text))
          words.append(word)
          word = RichText("")
          text = ""
        }
      }
      if !text.isEmpty { word.runs.append(run.with(text)) }
    }
    return word.isEmpty ? words : words + [word]
  }

  private var trimmingEnd: RichText {
    var result = self
    while let last = result.runs.last, last.text.hasSuffix(" ") {
      result.runs[result.runs.count - 1] = last.with(String(last.text.dropLast()))
      if result.runs[result.runs.count - 1].text.isEmpty { result.runs.removeLast() }
    }
    return result.joiningRuns
  }

  /// Neighbours of one style made one run again.
  private var joiningRuns: RichText {
    var result = RichText("")
    for run in runs {
      if let last = result.runs.last, last.with("") == run.with("") {
        result.runs[result.runs.count - 1].text += run.text
      } else {
        result.runs.append(run)
      }
    }
    return result
  }
}

extension RichText.Run {
  fileprivate func with(_ text: String) -> RichText.Run {
    var run = self
    run.text = text
    return run
  }
}
