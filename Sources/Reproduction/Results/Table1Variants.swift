import Report

extension Table1 {
  /// The table in every reading, the primary one first: where the accuracy is read, by which classifier, and whether it
  /// stands beside the paper's or is held against it.
  var variants: TableVariants {
    let features: [Configuration.Evaluation.Features] =
      reading.accuracy == .output ? [.output, .backbone] : [.backbone, .output]
    var variants: [TableVariants.Variant] = []
    for (place, feature) in features.enumerated() {
      for classifier in Form.Classifier.allCases {
        for isDifference in [false, true] {
          let form = Form(features: feature, classifier: classifier, isDifference: isDifference)
          // The first keeps the name that everything else links to.
          let name = variants.isEmpty ? "table1" : "table1-\(feature.rawValue)-\(form.suffix)"
          variants.append(
            TableVariants.Variant(
              options: [place, classifier.rawValue, isDifference ? 1 : 0], table: table(form, identifier: name)))
        }
      }
    }
    return TableVariants(
      identifier: "table1",
      switches: [
        TableVariants.Switch("Features", options: features.map { $0 == .output ? "output f(x)" : "backbone" }),
        TableVariants.Switch("Classifier", options: ["kNN", "nearest class mean"]),
        TableVariants.Switch("Show", options: ["accuracy", "difference"]),
      ], variants: variants)
  }
}

extension Table1.Form {
  fileprivate var suffix: String {
    (classifier == .neighbours ? "knn" : "mean") + (isDifference ? "-difference" : "")
  }
}
